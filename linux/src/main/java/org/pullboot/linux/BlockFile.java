package org.pullboot.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A file or block device that is read and written at positions, for disks kept in files: what {@code FileChannel} does,
 * and reading without waiting, punching holes, allocating and locking beside it.
 *
 * <p>Offsets and lengths are in bytes. Buffers are direct; all that remains in them is read into or written from, and
 * their position moves by it. Calls block their thread and are not interruptible. Safe for use from several threads,
 * also while one of them closes it: what runs then ends in the old file, what comes later fails.
 */
public final class BlockFile implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_TRUNC = 0x200;
    private static final int O_CLOEXEC = 0x80000;
    private static final int MODE = 0600;
    private static final int RWF_NOWAIT = 8;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_BYTES = 256;
    private static final int S_IFMT = 0xF000;
    private static final int S_IFBLK = 0x6000;
    private static final int BLKGETSIZE64 = 0x80081272;
    private static final int FICLONE = 0x40049409;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;
    private static final int STAT_BLOCK = 512;

    private static final int PREAD64 = SyscallNumber.PREAD64.value();
    private static final int PREADV2 = SyscallNumber.PREADV2.value();
    private static final int PWRITE64 = SyscallNumber.PWRITE64.value();
    private static final Cleaner CLEANER = Cleaner.create();

    private final Path path;
    private final int descriptor;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean waitsAlways;
    private volatile boolean locked;

    private BlockFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
        CLEANER.register(this, () -> Syscall.call(SyscallNumber.CLOSE, descriptor, 0, 0));
    }

    /** Opens a file or a block device for reading. */
    public static BlockFile openReadOnly(Path path) throws LinuxException {
        return open(path, 0);
    }

    /** Opens a file or a block device that is there for reading and writing. */
    public static BlockFile openReadWrite(Path path) throws LinuxException {
        return open(path, O_RDWR);
    }

    /** Opens a file for reading and writing, empty; one that is not there is made, for its owner alone. */
    public static BlockFile create(Path path) throws LinuxException {
        return open(path, O_RDWR | O_CREAT | O_TRUNC);
    }

    /** Opens a file for reading and writing with what it holds; one that is not there is made, for its owner alone. */
    public static BlockFile openOrCreate(Path path) throws LinuxException {
        return open(path, O_RDWR | O_CREAT);
    }

    private static BlockFile open(Path path, int flags) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path.toString()).address();
            long result = Syscall.call(SyscallNumber.OPENAT, AT_FDCWD, name, flags | O_CLOEXEC, MODE, 0, 0);
            return new BlockFile(path, (int) Syscall.check(result, "open " + path));
        }
    }

    /** The name it was opened by. */
    public Path path() {
        return path;
    }

    /** The size in bytes now, of a file or of a block device. */
    public long size() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = statx(arena);
            if ((statx.get(ValueLayout.JAVA_SHORT, 28) & S_IFMT) != S_IFBLK) {
                return statx.get(ValueLayout.JAVA_LONG, 40);
            }
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            check(call(SyscallNumber.IOCTL, BLKGETSIZE64, size.address(), 0), "ask for the size of ");
            return size.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** The bytes that the file takes of its file system, holes not counted. */
    public long allocated() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            return statx(arena).get(ValueLayout.JAVA_LONG, 48) * STAT_BLOCK;
        }
    }

    private MemorySegment statx(Arena arena) throws LinuxException {
        MemorySegment statx = arena.allocate(STATX_BYTES, Long.BYTES);
        long empty = arena.allocateFrom("").address();
        try {
            check(
                    Syscall.call(
                            SyscallNumber.STATX,
                            descriptor,
                            empty,
                            AT_EMPTY_PATH,
                            STATX_BASIC_STATS,
                            statx.address(),
                            0),
                    "statx ");
        } finally {
            Reference.reachabilityFence(this);
        }
        return statx;
    }

    /**
     * Reads what the page cache has, without waiting for the disk.
     *
     * @return whether all was read; when not, the position is as it was, and what is after it is undefined. Always
     *     false on file systems that cannot do it, and beyond the end of the file
     * @throws LinuxException when it cannot be read
     */
    public boolean readNow(ByteBuffer into, long offset) throws LinuxException {
        if (waitsAlways) {
            return false;
        }
        int length = into.remaining();
        long result = tryRead(into, offset);
        if (result == length) {
            into.position(into.limit());
            return true;
        }
        if (result == -Errno.EOPNOTSUPP.code() || result == -Errno.ENOSYS.code()) {
            waitsAlways = true;
        } else if (result < 0 && result != -Errno.EAGAIN.code() && result != -Errno.EINTR.code()) {
            throw refused("read ", result);
        }
        return false;
    }

    /**
     * The file's bytes where the page cache has them.
     *
     * @return null for what cannot be mapped, as block devices cannot here
     */
    public @Nullable MappedFile map() throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ)) {
            long size = channel.size();
            return size == 0 || size != size() ? null : MappedFile.map(channel, size);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Reads, waiting for the disk.
     *
     * @throws LinuxException when it cannot be read; {@link Errno#ENODATA} when the file ends before
     */
    public void read(ByteBuffer into, long offset) throws LinuxException {
        long at = offset;
        while (into.hasRemaining()) {
            long result = transfer(PREAD64, into, at);
            if (result > 0) {
                into.position(into.position() + (int) result);
                at += result;
            } else if (result != -Errno.EINTR.code()) {
                throw refused("read ", result == 0 ? -Errno.ENODATA.code() : result);
            }
        }
    }

    /**
     * Writes.
     *
     * @throws LinuxException when it cannot be written; {@link Errno#ENOSPC} or {@link Errno#EDQUOT} when there is no
     *     room. The position says how much was written
     */
    public void write(ByteBuffer from, long offset) throws LinuxException {
        long at = offset;
        while (from.hasRemaining()) {
            long result = transfer(PWRITE64, from, at);
            if (result >= 0) {
                from.position(from.position() + (int) result);
                at += result;
            } else if (result != -Errno.EINTR.code()) {
                throw refused("write ", result);
            }
        }
    }

    /** Makes all that was written outlive the machine's power (fdatasync(2)). */
    public void syncData() throws LinuxException {
        check(call(SyscallNumber.FDATASYNC, 0, 0, 0), "make durable ");
    }

    /** As {@link #syncData}, with times, permissions and the like (fsync(2)). */
    public void sync() throws LinuxException {
        check(call(SyscallNumber.FSYNC, 0, 0, 0), "make durable ");
    }

    /** Makes new, renamed and deleted names in a directory outlive the machine's power. */
    public static void syncDirectory(Path directory) throws LinuxException {
        try (OpenFile open = OpenFile.open(directory, OpenFile.O_RDONLY)) {
            Syscall.check(
                    Syscall.call(SyscallNumber.FSYNC, open.number(), 0, 0), "make durable what is in " + directory);
        }
    }

    /**
     * Gives the room of a range back; it reads as zeroes then. The file keeps its size.
     *
     * @return whether it was done; not every file system can
     */
    public boolean punch(long offset, long length) throws LinuxException {
        return fallocate(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, offset, length, "give back room of ");
    }

    /**
     * Takes room for a range, so that writing there does not fail for want of it; a file that was shorter grows, with
     * zeroes.
     *
     * @return whether it was done; not every file system can
     * @throws LinuxException {@link Errno#ENOSPC} or {@link Errno#EDQUOT} when there is no room
     */
    public boolean allocate(long offset, long length) throws LinuxException {
        return fallocate(0, offset, length, "take room for ");
    }

    private boolean fallocate(int mode, long offset, long length, String what) throws LinuxException {
        long result;
        do {
            result = call(SyscallNumber.FALLOCATE, mode, offset, length);
        } while (result == -Errno.EINTR.code());
        if (result == -Errno.EOPNOTSUPP.code() || result == -Errno.ENOSYS.code()) {
            return false;
        }
        check(result, what);
        return true;
    }

    /** Makes the file this long, with a hole at its end when it was shorter. */
    public void resize(long bytes) throws LinuxException {
        check(call(SyscallNumber.FTRUNCATE, bytes, 0, 0), "resize ");
    }

    /**
     * Makes this file a copy of another without copying, both on one file system that shares blocks (FICLONE).
     *
     * @return whether it was done; most file systems cannot, and both files are as they were then
     */
    public boolean cloneFrom(BlockFile source) {
        try {
            return call(SyscallNumber.IOCTL, FICLONE, source.descriptor, 0) == 0;
        } finally {
            Reference.reachabilityFence(source);
        }
    }

    /**
     * Takes the one lock of the file (flock(2)), until it is closed or the process ends.
     *
     * @return whether it was free; one that this process holds through another BlockFile is not
     */
    public boolean tryLock() throws LinuxException {
        long result = call(SyscallNumber.FLOCK, LOCK_EX | LOCK_NB, 0, 0);
        if (result == -Errno.EAGAIN.code()) {
            return false;
        }
        check(result, "lock ");
        locked = true;
        return true;
    }

    /** Waits for the one lock of the file (flock(2)), and takes it until it is closed or the process ends. */
    public void lock() throws LinuxException {
        long result;
        do {
            result = call(SyscallNumber.FLOCK, LOCK_EX, 0, 0);
        } while (result == -Errno.EINTR.code());
        check(result, "lock ");
        locked = true;
    }

    /**
     * Lets go of the file at once, and of the descriptor's number when no thread can be about to use it any more:
     * otherwise a slow thread would reach whatever file got the number next. Until then the number leads nowhere.
     */
    @Override
    public void close() throws LinuxException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (locked) {
            // A process that is just being started has a copy of the descriptor, and would keep the lock for a while.
            check(call(SyscallNumber.FLOCK, LOCK_UN, 0, 0), "unlock ");
        }
        try (OpenFile nothing = OpenFile.open(Path.of("/dev/null"), OpenFile.O_RDONLY)) {
            long result;
            do {
                result = Syscall.call(SyscallNumber.DUP3, nothing.number(), descriptor, O_CLOEXEC);
            } while (result == -Errno.EINTR.code() || result == -Errno.EBUSY.code());
            check(result, "close ");
        }
    }

    private long tryRead(ByteBuffer into, long offset) {
        QuickSyscall kernel = QuickSyscall.own();
        try {
            long iovec = kernel.iovec(address(into), into.remaining());
            return kernel.call(PREADV2, descriptor, iovec, 1, offset, 0, RWF_NOWAIT);
        } finally {
            Reference.reachabilityFence(into);
            Reference.reachabilityFence(this);
        }
    }

    private long transfer(int number, ByteBuffer buffer, long offset) {
        try {
            return QuickSyscall.own().call(number, descriptor, address(buffer), buffer.remaining(), offset, 0, 0);
        } finally {
            Reference.reachabilityFence(buffer);
            Reference.reachabilityFence(this);
        }
    }

    private long call(SyscallNumber number, long b, long c, long d) {
        try {
            return Syscall.call(number, descriptor, b, c, d, 0, 0);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private static long address(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("files are read into and written from direct buffers");
        }
        return MemorySegment.ofBuffer(buffer).address();
    }

    private void check(long result, String what) throws LinuxException {
        if (result < 0) {
            throw refused(what, result);
        }
    }

    private LinuxException refused(String what, long result) {
        return new LinuxException(what + path, (int) -result);
    }
}
