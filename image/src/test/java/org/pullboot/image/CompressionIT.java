package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the real tools pack, we unpack, and the other way round. */
final class CompressionIT {
    private static final byte[] PLAIN = plain(1_000_000);

    private static byte[] plain(int bytes) {
        Random random = new Random(1);
        byte[] plain = new byte[bytes];
        // Half noise, half repetition, as images are.
        for (int i = 0; i < bytes; i += 4096) {
            int length = Math.min(4096, bytes - i);
            for (int j = 0; j < length; j++) {
                plain[i + j] = (i / 4096) % 2 == 0 ? (byte) random.nextInt() : (byte) (j / 100);
            }
        }
        return plain;
    }

    static Stream<Arguments> commands() {
        return Stream.of(
                Arguments.of(Compression.GZIP, "gzip -c"),
                Arguments.of(Compression.GZIP, "gzip -9c"),
                Arguments.of(Compression.XZ, "xz -c"),
                Arguments.of(Compression.XZ, "xz -T2 --block-size=200KiB -c"),
                Arguments.of(Compression.XZ, "xz -9e --check=sha256 -c"),
                Arguments.of(Compression.XZ, "xz --x86 --lzma2 -c"),
                Arguments.of(Compression.ZSTD, "zstd -c"),
                Arguments.of(Compression.ZSTD, "zstd -19 --no-check -c"),
                Arguments.of(Compression.ZSTD, "zstd --long=27 -c"),
                Arguments.of(Compression.BZIP2, "bzip2 -c"),
                Arguments.of(Compression.BZIP2, "bzip2 -1c"),
                Arguments.of(Compression.NONE, "cat"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatTheToolPackedIsUnpacked(Compression compression, String command) throws Exception {
        byte[] packed = Tools.run(PLAIN, command.split(" "));

        assertThat(Compression.detect(ByteBuffer.wrap(packed))).isEqualTo(compression);
        assertThat(Pushing.all(compression, packed)).isEqualTo(PLAIN);
        for (int seed : IntStream.range(0, 4).toArray()) {
            assertThat(Pushing.random(compression, packed, new Random(seed)))
                    .as("seed %d", seed)
                    .isEqualTo(PLAIN);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void severalFilesAfterEachOtherAreOne(Compression compression, String command) throws Exception {
        byte[] packed = Tools.run(PLAIN, command.split(" "));
        byte[] empty = Tools.run(new byte[0], command.split(" "));
        ByteArrayOutputStream three = new ByteArrayOutputStream();
        three.write(packed);
        three.write(empty);
        three.write(packed);

        assertThat(Pushing.all(compression, three.toByteArray()))
                .hasSize(2 * PLAIN.length)
                .startsWith(PLAIN)
                .endsWith(PLAIN);
    }

    @Test
    void zstdUnpacksWhatWePack() throws Exception {
        for (int workers : new int[] {0, 2}) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (ZstdOutputStream out = new ZstdOutputStream(packed, 3, workers)) {
                out.announce(PLAIN.length);
                out.write(PLAIN[0]);
                out.write(PLAIN, 1, PLAIN.length - 1);
            }

            assertThat(Tools.run(packed.toByteArray(), "zstd", "-dc")).isEqualTo(PLAIN);
            assertThat(ZstdFrame.contentSize(ByteBuffer.wrap(packed.toByteArray())))
                    .hasValue(PLAIN.length);
        }
    }

    @Test
    void aZstdWindowOverTheLimitIsRefused() throws Exception {
        byte[] packed = Tools.run(PLAIN, "zstd", "--long=31", "-c");

        assertThatThrownBy(() -> Pushing.all(Compression.ZSTD, packed))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("needs a larger window than the 268435456 bytes allowed here");
        try (Decompressor generous = Compression.ZSTD.decompressor(1L << 31)) {
            assertThat(Pushing.pieces(generous, packed, 100_000, 100_000, true)).isEqualTo(PLAIN);
        }
    }

    @Test
    void anXzDictionaryOverTheLimitIsRefused() throws Exception {
        byte[] packed = Tools.run(PLAIN, "xz", "-9", "-c");

        try (Decompressor thrifty = Compression.XZ.decompressor(16L << 20)) {
            assertThatThrownBy(() -> Pushing.pieces(thrifty, packed, 100_000, 100_000, true))
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("needs more memory to decompress than the 16777216 bytes allowed here");
        }
    }
}
