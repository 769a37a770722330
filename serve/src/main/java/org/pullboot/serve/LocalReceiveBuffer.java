package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much a socket of this machine may hold of what it received and was not read yet. */
final class LocalReceiveBuffer {
    private static final long DEFAULT = 8L << 20;
    private static final long MOST = 64L << 20;

    private LocalReceiveBuffer() {}

    /** In bytes: what the kernel grows a buffer to by itself, or what a program may set, whichever is more. */
    static long bytes() {
        long automatic = last(Path.of("/proc/sys/net/ipv4/tcp_rmem"));
        // The kernel doubles what a program asks for.
        long asked = 2 * last(Path.of("/proc/sys/net/core/rmem_max"));
        return Math.clamp(Math.max(automatic, asked), DEFAULT, MOST);
    }

    private static long last(Path setting) {
        try {
            String[] words = Files.readString(setting).strip().split("\\s+", -1);
            return Long.parseLong(words[words.length - 1]);
        } catch (IOException | NumberFormatException e) {
            // Not told in some containers: the bound above then stands in.
            return MOST;
        }
    }
}
