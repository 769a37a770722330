package org.pullboot.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.pullboot.image.Compression;
import org.pullboot.image.Decompressor;
import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256;

/**
 * What one pass over a file tells.
 *
 * @param digest of the file as it is
 * @param unpacked bytes once it is decompressed; the file's own size when it is not compressed
 * @param data how many of those are in blocks that are not all zero
 */
record Measure(Sha256 digest, long unpacked, long data) {
    private static final int READ = 1 << 20;
    private static final int BLOCK = 4096;
    private static final int DECODE = 64 * BLOCK;

    /**
     * Reads a file once.
     *
     * @param unpack whether what it unpacks to is wanted; else that is 0
     * @throws ImageException when it is damaged or cut off
     */
    static Measure of(FileChannel file, Compression compression, boolean unpack) throws IOException {
        MessageDigest digester = Sha256.digester();
        ByteBuffer read = ByteBuffer.allocateDirect(READ);
        BlockCount blocks = new BlockCount();
        ByteBuffer decoded = ByteBuffer.allocateDirect(DECODE);
        long position = 0;
        try (Decompressor decompressor = compression.decompressor()) {
            boolean ended = !unpack;
            for (int count = file.read(read, 0); count >= 0; count = file.read(read, position)) {
                position += count;
                read.flip();
                digester.update(read.duplicate());
                while (!ended && read.hasRemaining()) {
                    ended = decompressor.decode(read, decoded, false);
                    blocks.take(decoded, false);
                }
                if (ended && unpack && read.hasRemaining()) {
                    throw new ImageException("there are bytes behind the end of its compressed data");
                }
                read.clear();
            }
            read.limit(0);
            while (!ended) {
                ended = decompressor.decode(read, decoded, true);
                blocks.take(decoded, ended);
            }
        }
        blocks.take(decoded, true);
        return new Measure(Sha256.of(digester.digest()), blocks.bytes, blocks.data);
    }

    /** Counts bytes, and those in blocks that are not zero. */
    private static final class BlockCount {
        private final ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK);
        private long bytes;
        private long data;

        /** Takes the whole blocks of what was decoded, at the end also a part of one; the rest is kept for later. */
        void take(ByteBuffer decoded, boolean end) {
            decoded.flip();
            while (decoded.remaining() >= BLOCK || (end && decoded.hasRemaining())) {
                int length = Math.min(BLOCK, decoded.remaining());
                ByteBuffer block = decoded.slice(decoded.position(), length);
                bytes += length;
                if (block.mismatch(zeros.slice(0, length)) >= 0) {
                    data += length;
                }
                decoded.position(decoded.position() + length);
            }
            decoded.compact();
        }
    }
}
