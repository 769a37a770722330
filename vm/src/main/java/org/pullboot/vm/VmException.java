package org.pullboot.vm;

import java.io.IOException;

/** A virtual machine that cannot be started; the message says what is missing and what to do. */
public final class VmException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * An error that a person can act on.
     *
     * @param message one sentence: what was expected, what came, what to do
     */
    public VmException(String message) {
        super(message);
    }
}
