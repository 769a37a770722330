package org.pullboot.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Pushes bytes through a decompressor in pieces of chosen sizes. */
final class Pushing {
    private Pushing() {}

    /** All at once, through direct buffers. */
    static byte[] all(Compression compression, byte[] packed) throws ImageException {
        try (Decompressor decompressor = compression.decompressor()) {
            return pieces(decompressor, packed, packed.length, 64 * 1024, true);
        }
    }

    /** In pieces of random sizes, through direct or heap buffers. */
    static byte[] random(Compression compression, byte[] packed, RandomGenerator random) throws ImageException {
        try (Decompressor decompressor = compression.decompressor()) {
            int in = random.nextInt(100, 50_000);
            int out = random.nextInt(100, 50_000);
            return pieces(decompressor, packed, in, out, random.nextBoolean());
        }
    }

    static byte[] pieces(Decompressor decompressor, byte[] packed, int inBytes, int outBytes, boolean direct)
            throws ImageException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteBuffer in = buffer(Math.max(1, inBytes), direct);
        ByteBuffer out = buffer(outBytes, direct);
        int at = 0;
        boolean ended = false;
        in.limit(0);
        while (!ended) {
            if (!in.hasRemaining()) {
                in.clear();
                int bytes = Math.min(in.capacity(), packed.length - at);
                in.put(packed, at, bytes).flip();
                at += bytes;
            }
            ended = decompressor.decode(in, out, at == packed.length);
            if (!ended && out.hasRemaining() && in.hasRemaining()) {
                throw new AssertionError("neither is the output full nor the input used up");
            }
            out.flip();
            byte[] piece = new byte[out.remaining()];
            out.get(piece);
            plain.writeBytes(piece);
            out.clear();
        }
        return plain.toByteArray();
    }

    private static ByteBuffer buffer(int bytes, boolean direct) {
        return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }
}
