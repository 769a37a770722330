package org.pullboot.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** The bytes of an archive, in a direct buffer so that what is extracted is not copied again. */
final class TarInput {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final InputStream source;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private final byte[] chunk;
    private final long limit;
    private long taken;

    /**
     * @param source one that is a channel too is read as such, which saves a copy
     * @param limit the most bytes that are read
     */
    TarInput(InputStream source, long limit) {
        this.source = source;
        this.limit = limit;
        boolean direct = source instanceof DecompressedInputStream || source instanceof ReadableByteChannel;
        this.chunk = direct ? new byte[0] : new byte[BUFFER_BYTES];
    }

    /** Has at least so many bytes ready, at most {@value #BUFFER_BYTES}; false at the end of the input. */
    boolean ensure(int bytes) throws IOException {
        while (buffer.remaining() < bytes) {
            if (!fill()) {
                return false;
            }
        }
        return true;
    }

    /** What is ready; the position is the caller's to move. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** How many bytes are ready. */
    int ready() {
        return buffer.remaining();
    }

    private boolean fill() throws IOException {
        buffer.compact();
        int bytes;
        try {
            if (source instanceof DecompressedInputStream plain) {
                bytes = plain.read(buffer);
            } else if (source instanceof ReadableByteChannel channel) {
                bytes = channel.read(buffer);
            } else {
                bytes = source.read(chunk, 0, buffer.remaining());
                if (bytes > 0) {
                    buffer.put(chunk, 0, bytes);
                }
            }
        } finally {
            buffer.flip();
        }
        taken += Math.max(0, bytes);
        if (taken > limit) {
            throw new ImageException("the tar archive is larger than the " + limit + " bytes allowed here");
        }
        return bytes >= 0;
    }

    /** Skips bytes; false when the input ends before. */
    boolean skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (!buffer.hasRemaining() && !fill()) {
                return false;
            }
            int piece = (int) Math.min(left, buffer.remaining());
            buffer.position(buffer.position() + piece);
            left -= piece;
        }
        return true;
    }

    /** Reads on to the end of the input. */
    void drain() throws IOException {
        do {
            buffer.position(buffer.limit());
        } while (fill());
    }
}
