package org.pullboot.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.pullboot.linux.CodecException;
import org.pullboot.linux.ZstdEncoder;

/**
 * Compresses what is written to it to one Zstandard frame with a checksum.
 *
 * <p>The frame is complete once the stream is closed, which closes the stream below too. Flushing it only flushes the
 * stream below. For use by one thread at a time.
 */
public final class ZstdOutputStream extends OutputStream {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final OutputStream target;
    private final ZstdEncoder encoder;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] chunk = new byte[BUFFER_BYTES];
    private boolean closed;

    /**
     * A stream that compresses.
     *
     * @param level 1 (fast) to 22 (small, slow, and more than 1 GiB of memory above 19)
     * @param workers threads that compress beside the caller's, 0 to 64
     * @throws ImageException when libzstd is not on this machine or has no memory left
     */
    public ZstdOutputStream(OutputStream target, int level, int workers) throws ImageException {
        this.target = target;
        try {
            this.encoder = ZstdEncoder.open(level, workers);
        } catch (CodecException e) {
            throw new ImageException("compressing with zstd: " + e.getMessage(), e);
        }
    }

    /**
     * Tells how many bytes will be written in all, before the first: the frame says so to its readers.
     *
     * @throws ImageException when bytes were written already
     */
    public void announce(long bytes) throws ImageException {
        try {
            encoder.announce(bytes);
        } catch (CodecException e) {
            throw new ImageException(e.getMessage(), e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        if (!in.hasRemaining()) {
            drain(false);
        }
        in.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int at = offset;
        while (at < offset + length) {
            if (!in.hasRemaining()) {
                drain(false);
            }
            int piece = Math.min(in.remaining(), offset + length - at);
            in.put(bytes, at, piece);
            at += piece;
        }
    }

    private void drain(boolean end) throws IOException {
        in.flip();
        boolean ended;
        do {
            out.clear();
            try {
                ended = encoder.encode(in, out, end);
            } catch (CodecException e) {
                throw new ImageException(e.getMessage(), e);
            }
            out.flip();
            int bytes = out.remaining();
            out.get(chunk, 0, bytes);
            target.write(chunk, 0, bytes);
        } while (end ? !ended : in.hasRemaining());
        in.clear();
    }

    @Override
    public void flush() throws IOException {
        target.flush();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (target) {
            drain(true);
        } finally {
            encoder.close();
        }
    }
}
