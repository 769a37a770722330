package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * What btrfs can do beyond other file systems (btrfs(5), ioctl_ficlone(2)). On others each of these says so instead of
 * failing. Safe for use from several threads.
 */
public final class Btrfs {
    private static final int SUBVOL_CREATE = 0x5000940e;
    private static final int SUBVOL_GETFLAGS = 0x80089419;
    private static final int SUBVOL_SETFLAGS = 0x4008941a;
    private static final int FICLONE = 0x40049409;
    private static final int VOL_ARGS_BYTES = 4096;
    private static final int VOL_ARGS_NAME = 8;
    private static final int NAME_BYTES = 255;
    private static final long SUBVOL_RDONLY = 2;

    private Btrfs() {}

    /**
     * Makes a subvolume, with the permissions that a new directory gets.
     *
     * @param entry its name in the directory
     * @return false, and nothing is made, where there are no subvolumes
     * @throws LinuxException when it cannot be made, for one because there is such an entry
     */
    public static boolean makeSubvolume(Directory directory, byte[] entry) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            // For its check: the name must be one of this very directory.
            NativeName.name(arena, entry);
            if (entry.length > NAME_BYTES) {
                throw new LinuxException("make the subvolume " + NativeName.text(entry), Errno.ENAMETOOLONG.code());
            }
            MemorySegment args = arena.allocate(VOL_ARGS_BYTES, Long.BYTES);
            MemorySegment.copy(entry, 0, args, ValueLayout.JAVA_BYTE, VOL_ARGS_NAME, entry.length);
            long result = Syscall.call(SyscallNumber.IOCTL, directory.number(), SUBVOL_CREATE, args.address());
            return done(result, "make the subvolume " + NativeName.text(entry));
        }
    }

    /**
     * Makes a subvolume read-only, or writable again.
     *
     * @return false when it is no subvolume
     * @throws LinuxException when the kernel refuses
     */
    public static boolean readOnly(Path subvolume, boolean readOnly) throws LinuxException {
        try (OpenFile open = OpenFile.open(subvolume, OpenFile.O_RDONLY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocate(ValueLayout.JAVA_LONG);
            String what = "change the read-only flag of the subvolume " + subvolume;
            long result = Syscall.call(SyscallNumber.IOCTL, open.number(), SUBVOL_GETFLAGS, flags.address());
            if (!done(result, what)) {
                return false;
            }
            long old = flags.get(ValueLayout.JAVA_LONG, 0);
            flags.set(ValueLayout.JAVA_LONG, 0, readOnly ? old | SUBVOL_RDONLY : old & ~SUBVOL_RDONLY);
            return done(Syscall.call(SyscallNumber.IOCTL, open.number(), SUBVOL_SETFLAGS, flags.address()), what);
        }
    }

    /**
     * Lets a file have the content of another without copying it: on btrfs, XFS and others that share extents.
     *
     * @param to an existing file, whose content is replaced
     * @return false where that cannot be
     * @throws LinuxException when a file cannot be opened, or the kernel fails
     */
    public static boolean share(Path from, Path to) throws LinuxException {
        try (OpenFile source = OpenFile.open(from, OpenFile.O_RDONLY);
                OpenFile target = OpenFile.open(to, OpenFile.O_RDWR)) {
            long result = Syscall.call(SyscallNumber.IOCTL, target.number(), FICLONE, source.number());
            return done(result, "share the content of " + from + " with " + to);
        }
    }

    /** Whether it was done; the answers of other file systems, or of other kinds of files, are no errors. */
    private static boolean done(long result, String what) throws LinuxException {
        if (result == -Errno.ENOTTY.code()
                || result == -Errno.EINVAL.code()
                || result == -Errno.EOPNOTSUPP.code()
                || result == -Errno.EXDEV.code()) {
            return false;
        }
        Syscall.check(result, what);
        return true;
    }
}
