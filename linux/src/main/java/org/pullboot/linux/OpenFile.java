package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * A descriptor that a system call needs by its number, open for as long as this object is. One thread at a time.
 *
 * <p>Java's own channels keep their numbers to themselves, hence this.
 */
final class OpenFile implements AutoCloseable {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;

    private static final int O_CLOEXEC = 0x80000;
    private static final int AT_FDCWD = -100;

    private final int number;

    private OpenFile(int number) {
        this.number = number;
    }

    /**
     * Opens a file as openat(2) does, close-on-exec.
     *
     * @param flags {@link #O_RDONLY} or {@link #O_RDWR}
     */
    static OpenFile open(Path path, int flags) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.OPENAT,
                    AT_FDCWD,
                    arena.allocateFrom(path.toString()).address(),
                    flags | O_CLOEXEC);
            return new OpenFile((int) Syscall.check(result, "open " + path));
        }
    }

    int number() {
        return number;
    }

    /** Gives the descriptor back; Linux frees the number whatever close(2) answers, so there is nothing to check. */
    @Override
    public void close() {
        Syscall.call(SyscallNumber.CLOSE, number, 0, 0);
    }
}
