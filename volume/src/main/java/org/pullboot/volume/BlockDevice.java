package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A disk that is kept in files.
 *
 * <p>Offsets and lengths are in bytes, multiples of {@link #SECTOR}, and lie within {@link #size}: callers check what
 * they were asked before they ask. Buffers are direct, and all that remains in them is read into or written from.
 *
 * <p>Safe for use from several threads. Requests for the same bytes that run at the same time take effect one after the
 * other, in some order, sector by sector; what has completed is seen by every later read.
 *
 * <p>What a request that completed is worth: it is seen by later reads; after {@link #settle} it outlives the end of
 * this process, SIGKILL included; after {@link #flush} the end of the machine.
 */
public interface BlockDevice {
    /** Bytes of the smallest unit. */
    int SECTOR = 512;

    /** The size in bytes, a multiple of {@link #SECTOR}. Does not change, unless the device is replaced by another. */
    long size();

    /** Whether it takes writes at all; what changes it throws {@link UnsupportedOperationException} when not. */
    boolean writable();

    /**
     * Reads without waiting for a disk.
     *
     * @return whether it was read; when not, the buffer's position is as it was, and what is after it is undefined
     * @throws IOException when it cannot be read
     */
    boolean readNow(ByteBuffer into, long offset) throws IOException;

    /**
     * Bytes where they are in memory, so that they can be sent without a copy. Given only of what never changes. They are
     * for a system call to read, not for Java code, which would die when the file below has become shorter.
     *
     * @param length at most 1 MiB
     * @return null when they cannot be had so, or not without waiting for a disk
     * @throws IOException when the device has failed
     */
    default @Nullable ByteBuffer viewNow(long offset, int length) throws IOException {
        return null;
    }

    /**
     * Reads, waiting for disks.
     *
     * @throws IOException when it cannot be read
     */
    void read(ByteBuffer into, long offset) throws IOException;

    /**
     * Writes. A 4 KiB block at a multiple of 4 KiB is written wholly or not at all, whatever happens.
     *
     * @throws NoSpaceException when there is no room for it; what was acknowledged before is not touched
     * @throws IOException when it cannot be written
     */
    void write(ByteBuffer from, long offset) throws IOException;

    /**
     * Makes a range read as zeroes.
     *
     * @param deallocate whether the room it took may be given back; a hint
     * @throws NoSpaceException when there is no room for it
     * @throws IOException when it cannot be written
     */
    void writeZeroes(long offset, long length, boolean deallocate) throws IOException;

    /**
     * Gives back the room of a range that nobody needs any more. Whole 4 KiB blocks of it read as zeroes from now on,
     * not as they were in the base; what is left at its ends stays as it was.
     *
     * @throws IOException when it cannot be written
     */
    void deallocate(long offset, long length) throws IOException;

    /**
     * Makes all that completed before outlive this process; one call for many writes costs as much as one for one.
     *
     * @throws IOException when it cannot be written
     */
    void settle() throws IOException;

    /**
     * Makes all that completed before outlive the machine's power. The first failure is final: from then on all that
     * changes the device fails.
     *
     * @throws IOException when it cannot be made durable
     */
    void flush() throws IOException;
}
