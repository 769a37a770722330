package org.pullboot.nvme;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says of a thread (proc_pid_stat(5)). Safe for use from several threads. */
final class KernelThread {
    private static final Path PROC = Path.of("/proc");

    private final Path stat;

    private KernelThread(Path stat) {
        this.stat = stat;
    }

    /** The thread that asks. */
    static KernelThread current() throws IOException {
        return new KernelThread(PROC.resolve(Files.readSymbolicLink(PROC.resolve("thread-self")))
                .resolve("stat"));
    }

    /**
     * Whether it has a processor or waits for one, and for nothing else.
     *
     * @throws IOException when it has ended
     */
    boolean isRunning() throws IOException {
        // The name before the state may hold anything, parentheses too.
        String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
        return text.startsWith("R", text.lastIndexOf(')') + 2);
    }
}
