package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SparseFileWriterTest {
    @TempDir
    private Path temp;

    private static final class Written {
        private final byte[] content;
        private final long size;
        private final long dataBytes;

        Written(byte[] content, long size, long dataBytes) {
            this.content = content;
            this.size = size;
            this.dataBytes = dataBytes;
        }
    }

    private Written write(byte[] bytes, Random pieces, boolean direct) throws IOException {
        Path file = Files.createTempFile(temp, "sparse", null);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            SparseFileWriter writer = new SparseFileWriter(channel);
            int at = 0;
            while (at < bytes.length) {
                int piece = Math.min(bytes.length - at, pieces.nextInt(1, 20_000));
                ByteBuffer in = direct ? ByteBuffer.allocateDirect(piece + 7) : ByteBuffer.allocate(piece + 7);
                in.put(3, bytes, at, piece).position(3).limit(3 + piece);
                writer.write(in);
                assertThat(in.hasRemaining()).isFalse();
                at += piece;
            }
            writer.finish();
            return new Written(Files.readAllBytes(file), writer.size(), writer.dataBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsWrittenIsReadHoweverItIsCut(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(1, 300_000)];
        long blocks = 0;
        for (int at = 0; at < bytes.length; at += 4096) {
            int length = Math.min(4096, bytes.length - at);
            if (random.nextBoolean()) {
                bytes[at + random.nextInt(length)] = 1;
                blocks += length;
            }
        }

        for (boolean direct : new boolean[] {true, false}) {
            Written written = write(bytes, random, direct);

            assertThat(written.content).as("seed %d", seed).isEqualTo(bytes);
            assertThat(written.size).isEqualTo(bytes.length);
            assertThat(written.dataBytes).as("seed %d", seed).isEqualTo(blocks);
        }
    }

    @Test
    void zerosTakeNoRoom() throws IOException {
        Path file = temp.resolve("zeros");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            SparseFileWriter writer = new SparseFileWriter(channel);
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (int i = 0; i < 64; i++) {
                writer.write(zeros.clear());
            }
            assertThat(channel.size()).isZero();
            writer.finish();

            assertThat(writer.dataBytes()).isZero();
            assertThat(channel.size()).isEqualTo(64L << 20);
        }
    }

    @Test
    void nothingMakesAnEmptyFile() throws IOException {
        Written written = write(new byte[0], new Random(1), true);

        assertThat(written.content).isEmpty();
        assertThat(written.size + written.dataBytes).isZero();
    }
}
