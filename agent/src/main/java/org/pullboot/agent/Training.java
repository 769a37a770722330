package org.pullboot.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Exercises the agent on a machine that is not booting, so that the runtime's AOT cache knows its classes. */
final class Training {
    private Training() {}

    static void main(OutputStream out) {
        try {
            out.write("trained\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
