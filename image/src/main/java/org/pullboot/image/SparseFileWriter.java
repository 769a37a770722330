package org.pullboot.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Writes a file from its start to its end and leaves holes where it is zero.
 *
 * <p>A block of {@value #BLOCK_BYTES} bytes that holds nothing but zeros is not written, so the file must be new or
 * empty. For use by one thread at a time; the channel stays the caller's.
 */
public final class SparseFileWriter {
    /** The smallest hole, which is the smallest one that the usual file systems can have. */
    public static final int BLOCK_BYTES = 4096;

    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(BLOCK_BYTES).asReadOnlyBuffer();

    private final FileChannel channel;
    private final ByteBuffer zeros = ZEROS.duplicate();
    private long size;
    private long dataBlocks;
    private long lastDataBlock = -1;

    /**
     * A writer that begins at offset 0.
     *
     * @param channel an empty file, open for writing
     */
    public SparseFileWriter(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Writes all that the buffer has left after what was written before.
     *
     * @throws IOException when the file cannot be written, for one because its file system is full
     */
    public void write(ByteBuffer in) throws IOException {
        int limit = in.limit();
        int runStart = in.position();
        int position = runStart;
        long runOffset = size;
        while (position < limit) {
            long block = size / BLOCK_BYTES;
            int piece = (int) Math.min(limit - position, (block + 1) * BLOCK_BYTES - size);
            if (isZero(in, position, piece)) {
                writeRun(in, runStart, position, runOffset);
                runStart = position + piece;
                runOffset = size + piece;
            } else if (block != lastDataBlock) {
                lastDataBlock = block;
                dataBlocks++;
            }
            position += piece;
            size += piece;
        }
        writeRun(in, runStart, limit, runOffset);
        in.limit(limit).position(limit);
    }

    /** Leaves a hole of so many bytes after what was written before; what it shares a block with is not touched. */
    public void skip(long bytes) {
        size += bytes;
    }

    private boolean isZero(ByteBuffer in, int position, int bytes) {
        if (in.get(position) != 0) {
            return false;
        }
        in.limit(position + bytes).position(position);
        zeros.limit(bytes).position(0);
        boolean zero = in.equals(zeros);
        in.limit(in.capacity());
        return zero;
    }

    private void writeRun(ByteBuffer in, int start, int end, long offset) throws IOException {
        in.limit(end).position(start);
        long at = offset;
        while (in.hasRemaining()) {
            at += channel.write(in, at);
        }
        in.limit(in.capacity());
    }

    /** How many bytes the file has so far, holes included. */
    public long size() {
        return size;
    }

    /** How many of the bytes so far are in blocks that are not all zero: what the file needs of its file system. */
    public long dataBytes() {
        long overhang = (lastDataBlock + 1) * BLOCK_BYTES - size;
        return dataBlocks * BLOCK_BYTES - Math.max(0, overhang);
    }

    /**
     * Gives the file its full size when it ends with a hole.
     *
     * @throws IOException when the file cannot be written
     */
    public void finish() throws IOException {
        if (channel.size() < size) {
            // A channel can only grow by being written to.
            zeros.limit(1).position(0);
            channel.write(zeros, size - 1);
        }
    }
}
