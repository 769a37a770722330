package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of what was sent may not have been read yet, when the reader is on this machine. */
final class SocketBuffers {
    private static final long LEAST = 8L << 20;
    private static final long MOST = 64L << 20;
    private static final Path SETTINGS = Path.of("/proc/sys/net");

    private SocketBuffers() {}

    /**
     * The most that a connection's send buffer and its reader's receive buffer hold together, in bytes: what the kernel
     * lets them grow to. A reader may ask for a receive buffer itself; the kernel doubles what it asks for.
     */
    static long bytes() {
        long send = last("ipv4/tcp_wmem");
        long receive = Math.max(last("ipv4/tcp_rmem"), 2 * last("core/rmem_max"));
        return Math.clamp(send + receive, LEAST, MOST);
    }

    private static long last(String setting) {
        try {
            String[] words = Files.readString(SETTINGS.resolve(setting)).strip().split("\\s+", -1);
            return Long.parseLong(words[words.length - 1]);
        } catch (IOException | NumberFormatException e) {
            // Not told in some containers: the bound above then stands in.
            return MOST;
        }
    }
}
