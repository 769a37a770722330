package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A new file in a {@link Directory}, open for writing. For use by one thread at a time.
 *
 * <p>Owner, then extended attributes, then permissions, then times is the order that keeps all of them: the kernel
 * drops capabilities and set-user-id bits when the owner changes, and the time changes with every write.
 */
public final class WritableFile implements AutoCloseable {
    private final int descriptor;
    private final Directory parent;
    private final byte[] name;

    WritableFile(int descriptor, Directory parent, byte[] name) {
        this.descriptor = descriptor;
        this.parent = parent;
        this.name = name;
    }

    /**
     * Writes all that the buffer has left.
     *
     * @param content a direct buffer
     * @param offset where in the file, in bytes
     * @throws LinuxException when it cannot be written, for one because the file system is full
     */
    public void write(ByteBuffer content, long offset) throws LinuxException {
        if (!content.isDirect()) {
            throw new IllegalArgumentException("files are written from direct buffers");
        }
        long at = offset;
        while (content.hasRemaining()) {
            long address = MemorySegment.ofBuffer(content).address();
            long written = Syscall.call(SyscallNumber.PWRITE64, descriptor, address, content.remaining(), at, 0, 0);
            if (written == -Errno.EINTR.code()) {
                continue;
            }
            check(written, "write ");
            content.position(content.position() + (int) written);
            at += written;
        }
    }

    /** Makes the file this long, with a hole at its end when it was shorter. */
    public void resize(long bytes) throws LinuxException {
        check(Syscall.call(SyscallNumber.FTRUNCATE, descriptor, bytes, 0), "resize ");
    }

    /** Gives the file to a user and a group, by their numbers. */
    public void owner(int uid, int gid) throws LinuxException {
        check(Syscall.call(SyscallNumber.FCHOWN, descriptor, uid, gid), "change the owner of ");
    }

    /** Sets the lower 12 bits of the mode, exactly: there is no umask in this. */
    public void permissions(int permissions) throws LinuxException {
        check(Syscall.call(SyscallNumber.FCHMOD, descriptor, permissions, 0), "change the permissions of ");
    }

    /** Sets an extended attribute, as in xattr(7). */
    public void attribute(byte[] attribute, byte[] value) throws LinuxException {
        long result = Directory.setAttribute(descriptor, attribute, value);
        if (result < 0) {
            check(result, "set the extended attribute " + NativeName.text(attribute) + " of ");
        }
    }

    /** Sets the time of the last change. */
    public void modified(long seconds, int nanos) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long times = Directory.times(arena, seconds, nanos);
            check(Syscall.call(SyscallNumber.UTIMENSAT, descriptor, 0, times), "change the time of ");
        }
    }

    /**
     * Closes the file.
     *
     * @throws LinuxException when the file system could not store what was written
     */
    @Override
    public void close() throws LinuxException {
        check(Syscall.call(SyscallNumber.CLOSE, descriptor, 0, 0), "close ");
    }

    private void check(long result, String what) throws LinuxException {
        parent.check(result, what, name);
    }
}
