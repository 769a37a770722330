package org.pullboot.pull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Compression;
import org.pullboot.image.Decompressor;
import org.pullboot.image.ImageException;

/**
 * The bytes of an image as they come out of its compression, up to a limit. Used by one thread.
 */
final class UnpackedStream extends InputStream {
    private static final int BUFFER = 256 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ChunkQueue chunks;
    private final Decompressor decompressor;
    private final long limit;
    private final @Nullable DeclaredSize declared;
    private final @Nullable ByteBuffer staging;

    private ByteBuffer in = NOTHING;
    private @Nullable Chunk current;
    private @Nullable ByteBuffer plain;
    private boolean endOfInput;
    private boolean ended;
    private long bytes;

    UnpackedStream(ChunkQueue chunks, Compression compression, long limit, @Nullable DeclaredSize declared)
            throws ImageException {
        this.chunks = chunks;
        this.decompressor = compression.decompressor();
        this.limit = declared == null ? limit : declared.bytes();
        this.declared = declared;
        boolean inJava = compression == Compression.NONE || compression == Compression.GZIP;
        this.staging = inJava ? null : ByteBuffer.allocateDirect(Chunk.BYTES);
    }

    /**
     * Fills a buffer as far as there are bytes.
     *
     * @return how many came, -1 at the end
     * @throws ImageException when the bytes cannot be decompressed, are too many or too few
     */
    int read(ByteBuffer target) throws IOException {
        int start = target.position();
        while (!ended && target.hasRemaining()) {
            if (!in.hasRemaining() && !endOfInput) {
                refill();
            }
            ended = decompressor.decode(in, target, endOfInput);
        }
        int count = target.position() - start;
        bytes += count;
        check();
        return count == 0 && ended && target.hasRemaining() ? -1 : count;
    }

    private void refill() throws IOException {
        release();
        Chunk chunk = chunks.next();
        if (chunk == null) {
            endOfInput = true;
            in = NOTHING;
        } else if (staging == null) {
            current = chunk;
            in = ByteBuffer.wrap(chunk.bytes(), 0, chunk.length());
        } else {
            // One copy into native memory, and the network has its chunk back.
            in = staging.clear().put(chunk.bytes(), 0, chunk.length()).flip();
            chunks.done(chunk);
        }
    }

    private void release() {
        if (current != null) {
            chunks.done(current);
            current = null;
        }
    }

    private void check() throws ImageException {
        if (bytes > limit) {
            throw new ImageException("the image unpacks to more than the " + limit + " bytes that "
                    + (declared == null ? "are allowed" : "the boot command line declares"));
        }
        if (ended && declared != null && bytes != declared.bytes()) {
            throw new ImageException("the image unpacks to " + bytes + " bytes, but the boot command line declares "
                    + declared.bytes() + ": it was changed after the UKI was built, rebuild or serve again");
        }
    }

    /** How many bytes came out so far. */
    long bytes() {
        return bytes;
    }

    /** How many may come out. */
    long limit() {
        return limit;
    }

    @Override
    public int read() throws IOException {
        return refillPlain() ? plain().get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!refillPlain()) {
            return -1;
        }
        int count = Math.min(length, plain().remaining());
        plain().get(target, offset, count);
        return count;
    }

    private boolean refillPlain() throws IOException {
        ByteBuffer buffer = plain();
        if (!buffer.hasRemaining()) {
            buffer.clear();
            int count = read(buffer);
            buffer.flip();
            return count > 0;
        }
        return true;
    }

    /**
     * The bytes that come next, 256 KiB of them unless the end is nearer, without taking them.
     *
     * @return a buffer to read from, which is this stream's own; empty at the end
     */
    ByteBuffer next() throws IOException {
        return refillPlain() ? plain() : NOTHING;
    }

    private ByteBuffer plain() {
        ByteBuffer present = plain;
        if (present == null) {
            present = ByteBuffer.allocateDirect(BUFFER).limit(0);
            plain = present;
        }
        return present;
    }

    /** Gives the decompressor's memory back; the chunks are the pipeline's matter. */
    @Override
    public void close() {
        release();
        decompressor.close();
    }
}
