package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An open directory, and what can be done to its entries without ever leaving it.
 *
 * <p>A <i>path</i> is relative and may lead through symbolic links, but only through such as stay beneath this directory
 * (openat2(2), {@code RESOLVE_BENEATH}); the kernel answers {@link Errno#EXDEV} to all others. A <i>name</i> is one
 * entry of this very directory, and is never followed when it is a symbolic link. Both are bytes, as the kernel has
 * them; one with a zero in it is an {@link IllegalArgumentException}.
 *
 * <p>Safe for use from several threads, but for closing it.
 */
public final class Directory implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;

    private static final int O_WRONLY = 1;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_CLOEXEC = 0x80000;
    /** The two that are not the same everywhere: x86-64 and arm64. */
    private static final int O_DIRECTORY = isArm64() ? 0x4000 : 0x10000;

    private static final int O_NOFOLLOW = isArm64() ? 0x8000 : 0x20000;

    private static final int RESOLVE_NO_XDEV = 0x01;
    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_NO_SYMLINKS = 0x04;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int OPEN_HOW_BYTES = 24;
    private static final int RETRIES = 64;

    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private static final int UTIME_OMIT = (1 << 30) - 2;
    private static final int NEW_FILE_PERMISSIONS = 0600;
    private static final int NEW_DIRECTORY_PERMISSIONS = 0700;

    private final int descriptor;
    private final String name;

    private Directory(int descriptor, String name) {
        this.descriptor = descriptor;
        this.name = name;
    }

    private static boolean isArm64() {
        return "aarch64".equals(System.getProperty("os.arch"));
    }

    /**
     * Opens a directory.
     *
     * @throws LinuxException when there is none, or it may not be opened
     */
    public static Directory open(Path path) throws LinuxException {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        return new Directory(open(AT_FDCWD, bytes, O_DIRECTORY, 0, 0, ""), path.toString());
    }

    /**
     * Opens a directory beneath this one; the empty path is this one itself.
     *
     * @throws LinuxException with {@link Errno#EXDEV} when the path leads out of this directory, and when there is no
     *     such directory
     */
    public Directory directory(byte[] path) throws LinuxException {
        byte[] shown = path.length == 0 ? new byte[] {'.'} : path;
        int resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
        return new Directory(open(descriptor, shown, O_DIRECTORY, 0, resolve, in()), described(path));
    }

    /**
     * Makes a directory that only its owner may use.
     *
     * @throws LinuxException when it cannot be made, for one because there is such an entry
     */
    public void makeDirectory(byte[] entry) throws LinuxException {
        at(SyscallNumber.MKDIRAT, entry, NEW_DIRECTORY_PERMISSIONS, 0, "make the directory ");
    }

    /**
     * Makes a file that only its owner may use.
     *
     * @throws LinuxException when it cannot be made, for one because there is such an entry
     */
    public WritableFile createFile(byte[] entry) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            // For its check: the name must be one of this very directory.
            NativeName.name(arena, entry);
        }
        int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
        return new WritableFile(open(descriptor, entry, flags, NEW_FILE_PERMISSIONS, 0, in()), this, entry);
    }

    /**
     * Makes a symbolic link; where it leads to is anybody's business.
     *
     * @throws LinuxException when it cannot be made, for one because there is such an entry
     */
    public void symbolicLink(byte[] entry, byte[] target) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.SYMLINKAT, NativeName.path(arena, target), descriptor, NativeName.name(arena, entry));
            check(result, "make the symbolic link ", entry);
        }
    }

    /**
     * Gives another entry's file a second name here.
     *
     * @throws LinuxException when that cannot be, for one because there is such an entry
     */
    public void hardLink(byte[] entry, Directory source, byte[] sourceEntry) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.LINKAT,
                    source.descriptor,
                    NativeName.name(arena, sourceEntry),
                    descriptor,
                    NativeName.name(arena, entry),
                    0,
                    0);
            check(result, "make the hard link to " + NativeName.text(sourceEntry) + ": ", entry);
        }
    }

    /**
     * Makes a device node, a FIFO or a socket that only its owner may use.
     *
     * @param major of a device, 0 to 4095; 0 for others
     * @param minor of a device, 0 to 1048575; 0 for others
     * @throws LinuxException when it cannot be made, for one because this process is not privileged
     */
    public void node(byte[] entry, EntryType type, int major, int minor) throws LinuxException {
        if (major < 0 || major > 0xFFF || minor < 0 || minor > 0xFFFFF) {
            throw new IllegalArgumentException("Linux has no device number " + major + ":" + minor);
        }
        long device = (minor & 0xFF) | ((long) major << 8) | ((long) (minor & ~0xFF) << 12);
        at(SyscallNumber.MKNODAT, entry, type.bits() | NEW_FILE_PERMISSIONS, device, "make the device node ");
    }

    /** What an entry is, or nothing when there is none. */
    public Optional<EntryStatus> status(byte[] entry) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(EntryStatus.STATX_BYTES, Long.BYTES);
            long result = Syscall.call(
                    SyscallNumber.STATX,
                    descriptor,
                    NativeName.name(arena, entry),
                    AT_SYMLINK_NOFOLLOW,
                    EntryStatus.STATX_BASIC_STATS,
                    statx.address(),
                    0);
            if (result == -Errno.ENOENT.code()) {
                return Optional.empty();
            }
            check(result, "look at ", entry);
            return Optional.of(EntryStatus.of(statx));
        }
    }

    /** Gives an entry to a user and a group, by their numbers. */
    public void owner(byte[] entry, int uid, int gid) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.FCHOWNAT,
                    descriptor,
                    NativeName.name(arena, entry),
                    uid,
                    gid,
                    AT_SYMLINK_NOFOLLOW,
                    0);
            check(result, "change the owner of ", entry);
        }
    }

    /**
     * Sets the lower 12 bits of an entry's mode, exactly: there is no umask in this. The entry must not be a symbolic
     * link, whose mode means nothing and which this call alone would follow.
     */
    public void permissions(byte[] entry, int permissions) throws LinuxException {
        at(SyscallNumber.FCHMODAT, entry, permissions, 0, "change the permissions of ");
    }

    /** Sets when an entry was changed last; of a symbolic link, its own time. */
    public void modified(byte[] entry, long seconds, int nanos) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.UTIMENSAT,
                    descriptor,
                    NativeName.name(arena, entry),
                    times(arena, seconds, nanos),
                    AT_SYMLINK_NOFOLLOW,
                    0,
                    0);
            check(result, "change the time of ", entry);
        }
    }

    /** Sets an extended attribute of an entry, as in xattr(7); of a symbolic link, its own. Needs /proc. */
    public void attribute(byte[] entry, byte[] attribute, byte[] value) throws LinuxException {
        byte[] prefix = ("/proc/self/fd/" + descriptor + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] path = new byte[prefix.length + entry.length];
        System.arraycopy(prefix, 0, path, 0, prefix.length);
        System.arraycopy(entry, 0, path, prefix.length, entry.length);
        try (Arena arena = Arena.ofConfined()) {
            // For its check: the name must be one of this very directory.
            NativeName.name(arena, entry);
            long result = setAttribute(SyscallNumber.LSETXATTR, NativeName.path(arena, path), arena, attribute, value);
            if (result < 0) {
                check(result, "set the extended attribute " + NativeName.text(attribute) + " of ", entry);
            }
        }
    }

    /** Gives this directory to a user and a group, by their numbers. */
    public void owner(int uid, int gid) throws LinuxException {
        Syscall.check(Syscall.call(SyscallNumber.FCHOWN, descriptor, uid, gid), "change the owner of " + name);
    }

    /** Sets the lower 12 bits of this directory's mode. */
    public void permissions(int permissions) throws LinuxException {
        Syscall.check(
                Syscall.call(SyscallNumber.FCHMOD, descriptor, permissions, 0), "change the permissions of " + name);
    }

    /** Sets when this directory was changed last. */
    public void modified(long seconds, int nanos) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(SyscallNumber.UTIMENSAT, descriptor, 0, times(arena, seconds, nanos));
            Syscall.check(result, "change the time of " + name);
        }
    }

    /** Sets an extended attribute of this directory, as in xattr(7). */
    public void attribute(byte[] attribute, byte[] value) throws LinuxException {
        long result = setAttribute(descriptor, attribute, value);
        if (result < 0) {
            throw new LinuxException(
                    "set the extended attribute " + NativeName.text(attribute) + " of " + name, (int) -result);
        }
    }

    /** Removes an entry that is not a directory. */
    public void remove(byte[] entry) throws LinuxException {
        at(SyscallNumber.UNLINKAT, entry, 0, 0, "remove ");
    }

    /** Removes an entry that is an empty directory. */
    public void removeDirectory(byte[] entry) throws LinuxException {
        at(SyscallNumber.UNLINKAT, entry, AT_REMOVEDIR, 0, "remove the directory ");
    }

    /** Moves an entry to a directory of the same file system, where it replaces what it can. */
    public void rename(byte[] entry, Directory target, byte[] targetEntry) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.RENAMEAT2,
                    descriptor,
                    NativeName.name(arena, entry),
                    target.descriptor,
                    NativeName.name(arena, targetEntry),
                    0,
                    0);
            Syscall.check(result, "move " + described(entry) + " to " + target.described(targetEntry));
        }
    }

    /** The names of all entries, in no particular order. */
    public List<byte[]> names() throws LinuxException {
        // A descriptor of its own: reading a directory moves a position that threads would share.
        int own = open(descriptor, new byte[] {'.'}, O_DIRECTORY, 0, 0, in());
        try {
            return DirectoryListing.names(own, name);
        } finally {
            Syscall.call(SyscallNumber.CLOSE, own, 0, 0);
        }
    }

    /**
     * Removes all that is in this directory, but nothing in another file system mounted beneath it.
     *
     * @throws LinuxException with {@link Errno#EXDEV} at a mount point, and when something may not be removed
     */
    public void removeContent() throws LinuxException {
        new ContentRemoval(this).run();
    }

    /**
     * Takes the one lock of this directory (flock(2)), until it is closed or the process ends.
     *
     * @return whether it was free; one that this process holds through another Directory is not
     */
    public boolean tryLock() throws LinuxException {
        long result = Syscall.call(SyscallNumber.FLOCK, descriptor, LOCK_EX | LOCK_NB, 0);
        if (result == -Errno.EAGAIN.code()) {
            return false;
        }
        Syscall.check(result, "lock " + name);
        return true;
    }

    /** Waits until all that was written to this directory's file system is on its disk (syncfs(2)). */
    public void syncFileSystem() throws LinuxException {
        Syscall.check(Syscall.call(SyscallNumber.SYNCFS, descriptor, 0, 0), "write out the file system of " + name);
    }

    /** The descriptor's number, for this package's own calls while this directory is open. */
    int number() {
        return descriptor;
    }

    /** Removes an entry unless it is a directory; answers as the system call does. */
    long tryRemove(byte[] entry) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.call(SyscallNumber.UNLINKAT, descriptor, NativeName.name(arena, entry), 0);
        }
    }

    /** A directory of this file system, through no symbolic link. */
    Directory mine(byte[] path) throws LinuxException {
        byte[] shown = path.length == 0 ? new byte[] {'.'} : path;
        int resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
        return new Directory(open(descriptor, shown, O_DIRECTORY, 0, resolve, in()), described(path));
    }

    private static int open(int at, byte[] path, int flags, int permissions, int resolve, String in)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(OPEN_HOW_BYTES, Long.BYTES);
            how.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
            how.set(ValueLayout.JAVA_LONG, 8, permissions);
            how.set(ValueLayout.JAVA_LONG, 16, resolve);
            long address = NativeName.path(arena, path);
            long result;
            int tries = 0;
            do {
                result = Syscall.call(SyscallNumber.OPENAT2, at, address, how.address(), OPEN_HOW_BYTES, 0, 0);
                tries++;
                // Some rename elsewhere in the system made the kernel unsure whether ".." stayed beneath.
            } while (result == -Errno.EAGAIN.code() && tries < RETRIES);
            if (result < 0) {
                throw new LinuxException("open " + in + NativeName.text(path), (int) -result);
            }
            return (int) result;
        }
    }

    private void at(SyscallNumber number, byte[] entry, long third, long fourth, String what) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(number, descriptor, NativeName.name(arena, entry), third, fourth, 0, 0);
            check(result, what, entry);
        }
    }

    static long setAttribute(int descriptor, byte[] attribute, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            return setAttribute(SyscallNumber.FSETXATTR, descriptor, arena, attribute, value);
        }
    }

    private static long setAttribute(SyscallNumber number, long object, Arena arena, byte[] attribute, byte[] value) {
        MemorySegment copy = arena.allocate(Math.max(1, value.length));
        MemorySegment.copy(value, 0, copy, ValueLayout.JAVA_BYTE, 0, value.length);
        return Syscall.call(number, object, NativeName.path(arena, attribute), copy.address(), value.length, 0, 0);
    }

    /** Two timespec structures: leave the time of the last access, set the time of the last change. */
    static long times(Arena arena, long seconds, int nanos) {
        MemorySegment times = arena.allocate(4L * Long.BYTES, Long.BYTES);
        times.set(ValueLayout.JAVA_LONG, 8, UTIME_OMIT);
        times.set(ValueLayout.JAVA_LONG, 16, seconds);
        times.set(ValueLayout.JAVA_LONG, 24, nanos);
        return times.address();
    }

    /** Throws when the kernel refused; the message is only made then. */
    void check(long result, String what, byte[] entry) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(what + described(entry), (int) -result);
        }
    }

    private String in() {
        return name.isEmpty() ? "" : name + "/";
    }

    private String described(byte[] path) {
        return path.length == 0 ? name : in() + NativeName.text(path);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Gives the descriptor back; Linux frees the number whatever close(2) answers, so there is nothing to check. */
    @Override
    public void close() {
        Syscall.call(SyscallNumber.CLOSE, descriptor, 0, 0);
    }
}
