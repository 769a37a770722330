package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The ways to give something another name that the JDK has no call for (renameat2(2)): each is atomic. */
public final class Rename {
    private static final int AT_FDCWD = -100;
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;

    private Rename() {}

    /**
     * Gives a file or directory another name, unless that one is taken. A file system that cannot look and rename in one
     * step, as some network file systems, is asked in two.
     *
     * @throws LinuxException with {@link Errno#EEXIST} when it is taken, and when it cannot be renamed otherwise
     */
    public static void unlessTaken(Path from, Path to) throws LinuxException {
        String what = "rename " + from + " to " + to;
        long result = call(from, to, RENAME_NOREPLACE);
        if (result == -Errno.EINVAL.code()) {
            if (exists(to)) {
                throw new LinuxException(what, Errno.EEXIST.code());
            }
            result = call(from, to, 0);
        }
        Syscall.check(result, what);
    }

    /**
     * Lets two files or directories have each other's names.
     *
     * @throws LinuxException when one of them is not there, or the file system cannot do that
     */
    public static void exchange(Path one, Path other) throws LinuxException {
        Syscall.check(call(one, other, RENAME_EXCHANGE), "exchange " + one + " and " + other);
    }

    private static boolean exists(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            long name = NativeName.path(arena, bytes(path));
            long statx = arena.allocate(EntryStatus.STATX_BYTES, Long.BYTES).address();
            return Syscall.call(SyscallNumber.STATX, AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, 0, statx, 0) == 0;
        }
    }

    private static long call(Path from, Path to, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.call(
                    SyscallNumber.RENAMEAT2,
                    AT_FDCWD,
                    NativeName.path(arena, bytes(from)),
                    AT_FDCWD,
                    NativeName.path(arena, bytes(to)),
                    flags,
                    0);
        }
    }

    private static byte[] bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }
}
