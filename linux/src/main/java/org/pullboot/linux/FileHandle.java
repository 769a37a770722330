package org.pullboot.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file held open for reading: the same file whatever happens to its name.
 *
 * <p>The JDK asks for a file's status by name only; a name may lead to another file by then. This asks the open file
 * itself (statx(2), {@code AT_EMPTY_PATH}). Safe for use from several threads; not while one of them closes it.
 */
public final class FileHandle implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_BYTES = 256;
    private static final int F_SETSIG = 10;
    private static final int F_SETLEASE = 1024;
    private static final int F_RDLCK = 0;
    private static final int F_UNLCK = 2;
    private static final int SIGURG = 23;
    private static final long NANOS = 1_000_000_000L;

    private final Path path;
    private final long descriptor;
    private final AtomicBoolean closed = new AtomicBoolean();

    private FileHandle(Path path, long descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * Opens a file, following symbolic links; never waits for the other end of a FIFO.
     *
     * @throws LinuxException when the kernel refuses
     */
    public static FileHandle open(Path path) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString());
            long flags = O_CLOEXEC | O_NONBLOCK;
            long result = Syscall.call(SyscallNumber.OPENAT, AT_FDCWD, name.address(), flags);
            return new FileHandle(path, Syscall.check(result, "open " + path));
        }
    }

    /**
     * What the file is now.
     *
     * @throws LinuxException when the kernel refuses, on a broken network file system for example
     */
    public FileStatus status() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment empty = arena.allocateFrom("");
            MemorySegment statx = arena.allocate(STATX_BYTES, Long.BYTES);
            long result = Syscall.call(
                    SyscallNumber.STATX,
                    descriptor,
                    empty.address(),
                    AT_EMPTY_PATH,
                    STATX_BASIC_STATS,
                    statx.address(),
                    0);
            Syscall.check(result, "statx " + path);
            long device = (long) statx.get(ValueLayout.JAVA_INT, 136) << 32 | statx.get(ValueLayout.JAVA_INT, 140);
            return new FileStatus(
                    device,
                    statx.get(ValueLayout.JAVA_LONG, 32),
                    statx.get(ValueLayout.JAVA_LONG, 40),
                    statx.get(ValueLayout.JAVA_INT, 16),
                    time(statx, 112),
                    time(statx, 96));
        }
    }

    private static long time(MemorySegment statx, long offset) {
        return statx.get(ValueLayout.JAVA_LONG, offset) * NANOS + statx.get(ValueLayout.JAVA_INT, offset + 8);
    }

    /**
     * A channel of its own on the same file, even when the file has no name any more.
     *
     * @throws IOException when /proc is not mounted or the file may no longer be opened
     */
    public FileChannel channel() throws IOException {
        return FileChannel.open(Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ);
    }

    /**
     * Gives the file one more name, whatever became of the one it was opened by (linkat(2) of its entry in /proc).
     *
     * @throws LinuxException when it cannot have it: the name is on another file system or taken, the file has no name
     *     left or is not ours to link
     */
    public void link(Path name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment self = arena.allocateFrom("/proc/self/fd/" + descriptor);
            MemorySegment link = arena.allocateFrom(name.toString());
            long result = Syscall.call(
                    SyscallNumber.LINKAT, AT_FDCWD, self.address(), AT_FDCWD, link.address(), AT_SYMLINK_FOLLOW, 0);
            Syscall.check(result, "link " + path + " to " + name);
        }
    }

    /**
     * Whether some process has the file open for writing, as far as the kernel tells: a read lease (fcntl(2)) is only
     * granted on a file without writers. Not every file system and user gets leases; then the answer is no.
     */
    public boolean openForWriting() {
        // Whoever opens the file for writing in this instant breaks the lease, and its holder is sent SIGIO, which
        // would end the process; SIGURG is ignored by default.
        if (Syscall.call(SyscallNumber.FCNTL, descriptor, F_SETSIG, SIGURG) < 0) {
            return false;
        }
        long result = Syscall.call(SyscallNumber.FCNTL, descriptor, F_SETLEASE, F_RDLCK);
        if (result == 0) {
            result = Syscall.call(SyscallNumber.FCNTL, descriptor, F_SETLEASE, F_UNLCK);
        }
        return result == -Errno.EAGAIN.code();
    }

    /** Lets go of the file; channels taken from it stay open. */
    @Override
    public void close() throws LinuxException {
        if (closed.compareAndSet(false, true)) {
            Syscall.check(Syscall.call(SyscallNumber.CLOSE, descriptor, 0, 0), "close " + path);
        }
    }
}
