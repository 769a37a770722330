package org.pullboot.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * A file as it was before it was compressed.
 *
 * <p>Reads throw {@link ImageException} when the compressed bytes are damaged, incomplete or followed by something else.
 * Closing it closes the file it reads. For use by one thread at a time.
 */
public final class DecompressedInputStream extends InputStream {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final InputStream source;
    private final byte[] chunk = new byte[BUFFER_BYTES];
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private final Compression compression;
    private final Decompressor decompressor;
    private boolean endOfSource;
    private boolean ended;

    private DecompressedInputStream(InputStream source, Optional<Compression> known, long memoryLimit)
            throws IOException {
        this.source = source;
        while (!endOfSource && in.remaining() < Compression.PROBE_BYTES) {
            fill();
        }
        this.compression = known.orElseGet(() -> Compression.detect(in));
        this.decompressor = compression.decompressor(memoryLimit);
    }

    /**
     * Reads the first bytes of a file to see how it is compressed; it may well not be.
     *
     * @throws ImageException when the machine lacks the library that this compression needs
     * @throws IOException when the file cannot be read
     */
    public static DecompressedInputStream of(InputStream source) throws IOException {
        return of(source, Compression.DEFAULT_MEMORY_LIMIT);
    }

    /**
     * As {@link #of(InputStream)}, with another limit.
     *
     * @param memoryLimit as in {@link Compression#decompressor(long)}
     * @throws ImageException when the machine lacks the library that this compression needs
     * @throws IOException when the file cannot be read
     */
    public static DecompressedInputStream of(InputStream source, long memoryLimit) throws IOException {
        return new DecompressedInputStream(source, Optional.empty(), memoryLimit);
    }

    /**
     * A file whose compression is known.
     *
     * @throws ImageException when the machine lacks the library that this compression needs
     * @throws IOException when the file cannot be read
     */
    public static DecompressedInputStream of(InputStream source, Compression compression) throws IOException {
        return new DecompressedInputStream(source, Optional.of(compression), Compression.DEFAULT_MEMORY_LIMIT);
    }

    /** How the file is compressed. */
    public Compression compression() {
        return compression;
    }

    @Override
    public int read() throws IOException {
        return refill() ? out.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!refill()) {
            return -1;
        }
        int bytes = Math.min(length, out.remaining());
        out.get(target, offset, bytes);
        return bytes;
    }

    /**
     * Reads at least one byte into the target's room, with the fewest copies when it is direct.
     *
     * @return how many bytes were read, -1 at the end of the data, 0 only when there is no room
     */
    public int read(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        if (out.hasRemaining()) {
            int bytes = Math.min(target.remaining(), out.remaining());
            target.put(target.position(), out, out.position(), bytes);
            target.position(target.position() + bytes);
            out.position(out.position() + bytes);
            return bytes;
        }
        return decode(target);
    }

    private boolean refill() throws IOException {
        if (!out.hasRemaining()) {
            out.clear();
            try {
                decode(out);
            } finally {
                out.flip();
            }
        }
        return out.hasRemaining();
    }

    private int decode(ByteBuffer target) throws IOException {
        int start = target.position();
        while (!ended && target.position() == start) {
            ended = decompressor.decode(in, target, endOfSource);
            if (!ended && target.position() == start) {
                fill();
            }
        }
        int bytes = target.position() - start;
        return bytes == 0 ? -1 : bytes;
    }

    private void fill() throws IOException {
        in.compact();
        int bytes = source.read(chunk, 0, Math.min(chunk.length, in.remaining()));
        if (bytes < 0) {
            endOfSource = true;
        } else {
            in.put(chunk, 0, bytes);
        }
        in.flip();
    }

    @Override
    public int available() {
        return out.remaining();
    }

    @Override
    public void close() throws IOException {
        decompressor.close();
        source.close();
    }
}
