package org.pullboot.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** "hello, pullboot\n" as the real tools packed it, and all the ways in which it can be spoiled. */
final class CompressionTest {
    private static final byte[] PLAIN = "hello, pullboot\n".getBytes(UTF_8);

    private static byte[] packed(Compression compression) {
        return switch (compression) {
            case NONE -> PLAIN.clone();
            // gzip -9 of a file "hello", so with its name in the header.
            case GZIP -> hex("1f8b08088830036b020368656c6c6f00cb48cdc9c9d7512828cdc949cacf2fe10200f59da53310000000");
            case XZ ->
                hex(
                        "fd377a585a000004e6d6b4460200210116000000742fe5a301000f68656c6c6f2c2070756c6c626f6f740a00067f27e9db59b27200012810e50b6c601fb6f37d010000000004595a");
            case ZSTD -> hex("28b52ffd241081000068656c6c6f2c2070756c6c626f6f740a9d2127a3");
            // xz --format=lzma
            case LZMA -> hex("5d00008000ffffffffffffffff00341949ee8def8c6ade6a6ce39519c74c4663f3ffff8b300000");
            case BZIP2 ->
                hex(
                        "425a68393141592653592380db1d000002d180001040041244c60020003100d34d0400621a0064a32c74c2f1772453850902380db1d0");
        };
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static Stream<Compression> real() {
        return Stream.of(Compression.GZIP, Compression.XZ, Compression.ZSTD, Compression.BZIP2);
    }

    @Test
    void lzmaIsUnpackedOnlyWhereItIsSaidToBeThat() throws IOException {
        byte[] packed = packed(Compression.LZMA);

        assertThat(Compression.detect(ByteBuffer.wrap(packed))).isEqualTo(Compression.NONE);
        try (DecompressedInputStream in =
                DecompressedInputStream.of(new ByteArrayInputStream(packed), Compression.LZMA)) {
            assertThat(in.compression()).isEqualTo(Compression.LZMA);
            assertThat(in.readAllBytes()).isEqualTo(PLAIN);
        }
        byte[] cut = Arrays.copyOf(packed, packed.length - 1);
        assertThatThrownBy(() -> Pushing.all(Compression.LZMA, cut))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("lzma data ends too early");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LZMA")
    void itIsToldByItsFirstBytesAndUnpacked(Compression compression) throws IOException {
        byte[] packed = packed(compression);

        assertThat(Compression.detect(ByteBuffer.wrap(packed))).isEqualTo(compression);
        assertThat(Pushing.all(compression, packed)).isEqualTo(PLAIN);
        try (DecompressedInputStream in = DecompressedInputStream.of(new ByteArrayInputStream(packed))) {
            assertThat(in.compression()).isEqualTo(compression);
            assertThat(in.readAllBytes()).isEqualTo(PLAIN);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itIsUnpackedByteByByte(Compression compression) throws ImageException {
        for (boolean direct : new boolean[] {true, false}) {
            try (Decompressor decompressor = compression.decompressor()) {
                assertThat(Pushing.pieces(decompressor, packed(compression), 1, 1, direct))
                        .isEqualTo(PLAIN);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("real")
    void cutAnywhereItIsIncomplete(Compression compression) {
        byte[] packed = packed(compression);
        for (int length = 0; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> Pushing.all(compression, cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("ends too early: it is incomplete, get it again");
        }
    }

    @ParameterizedTest
    @MethodSource("real")
    void spoiledAnywhereItIsRefusedOrTheSame(Compression compression) {
        byte[] packed = packed(compression);
        for (int at = 0; at < packed.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] spoiled = packed.clone();
                spoiled[at] ^= (byte) (1 << bit);
                try {
                    // A header's name and time may change and nothing comes of it.
                    assertThat(Pushing.all(compression, spoiled)).isEqualTo(PLAIN);
                } catch (ImageException declared) {
                    assertThat(declared).hasMessageContaining(compression.name().toLowerCase(Locale.ROOT));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("real")
    void garbageAfterItIsAnError(Compression compression) {
        byte[] packed = packed(compression);
        byte[] followed = Arrays.copyOf(packed, packed.length + 20);
        Arrays.fill(followed, packed.length, followed.length, (byte) 'x');

        assertThatThrownBy(() -> Pushing.all(compression, followed))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("is followed by bytes that are not ");
    }

    @ParameterizedTest
    @MethodSource("real")
    void somethingElseIsNotTakenForIt(Compression compression) {
        assertThatThrownBy(() -> Pushing.all(compression, new byte[1000]))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("but it does not begin like any");
    }

    @ParameterizedTest
    @MethodSource("real")
    void noiseNeverDoesMoreThanFail(Compression compression) {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(2000)];
            random.nextBytes(noise);
            byte[] head = packed(compression);
            System.arraycopy(head, 0, noise, 0, Math.min(noise.length, random.nextInt(head.length)));
            assertThatThrownBy(() -> Pushing.all(compression, noise))
                    .as("seed %d", seed)
                    .isInstanceOf(ImageException.class);
        }
    }

    @Test
    void zerosMayFollowGzip() throws ImageException {
        byte[] packed = packed(Compression.GZIP);

        assertThat(Pushing.all(Compression.GZIP, Arrays.copyOf(packed, packed.length + 1000)))
                .isEqualTo(PLAIN);
    }

    @Test
    void everyFieldOfAGzipHeaderIsTaken() throws ImageException {
        ByteArrayOutputStream full = new ByteArrayOutputStream();
        full.writeBytes(hex("1f8b081e000000000003"));
        full.writeBytes(hex("0500aabbccddee"));
        full.writeBytes("name\0comment\0".getBytes(UTF_8));
        CRC32 crc = new CRC32();
        crc.update(full.toByteArray());
        full.write((int) crc.getValue());
        full.write((int) crc.getValue() >>> 8);
        byte[] plain = packed(Compression.GZIP);
        // After the header and the name "hello".
        full.write(plain, 16, plain.length - 16);

        assertThat(Pushing.all(Compression.GZIP, full.toByteArray())).isEqualTo(PLAIN);
        byte[] spoiled = full.toByteArray();
        spoiled[12]++;
        assertThatThrownBy(() -> Pushing.all(Compression.GZIP, spoiled))
                .hasMessageContaining("its header's checksum does not match");
    }

    @Test
    void skippableFramesAreSkipped() throws ImageException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(hex("5f2a4d1803000000010203"));
        frames.writeBytes(packed(Compression.ZSTD));
        frames.writeBytes(hex("502a4d1800000000"));

        assertThat(Compression.detect(ByteBuffer.wrap(frames.toByteArray()))).isEqualTo(Compression.ZSTD);
        assertThat(Pushing.all(Compression.ZSTD, frames.toByteArray())).isEqualTo(PLAIN);
    }

    @Test
    void shortAndOrdinaryFilesAreNotCompressed() {
        assertThat(Compression.detect(ByteBuffer.allocate(0))).isEqualTo(Compression.NONE);
        assertThat(Compression.detect(ByteBuffer.wrap(hex("fd377a585a")))).isEqualTo(Compression.NONE);
        assertThat(Compression.detect(ByteBuffer.wrap("BZh is a word".getBytes(UTF_8))))
                .isEqualTo(Compression.NONE);
        assertThat(Compression.detect(ByteBuffer.wrap(hex("1f8b00")))).isEqualTo(Compression.NONE);
    }

    @Test
    void theProbeLooksFromThePositionOnAndLeavesTheBufferAlone() {
        ByteBuffer head =
                ByteBuffer.allocate(20).put(packed(Compression.ZSTD), 0, 10).position(0);
        ByteBuffer shifted =
                ByteBuffer.allocate(20).put(5, packed(Compression.ZSTD), 0, 10).position(5);

        assertThat(Compression.detect(head)).isEqualTo(Compression.ZSTD);
        assertThat(Compression.detect(shifted)).isEqualTo(Compression.ZSTD);
        assertThat(shifted.position()).isEqualTo(5);
    }

    @Test
    void aZstdFrameTellsItsSize() throws IOException {
        assertThat(ZstdFrame.contentSize(ByteBuffer.wrap(packed(Compression.ZSTD))))
                .hasValue(PLAIN.length);
        for (int size : new int[] {1, 255, 256, 65_791, 65_792, 1_000_000}) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (ZstdOutputStream out = new ZstdOutputStream(packed, 1, 0)) {
                out.announce(size);
                out.write(new byte[size]);
            }
            assertThat(ZstdFrame.contentSize(ByteBuffer.wrap(packed.toByteArray())))
                    .hasValue(size);
        }
        assertThat(ZstdFrame.contentSize(ByteBuffer.wrap(packed(Compression.GZIP))))
                .isEmpty();
        assertThat(ZstdFrame.contentSize(ByteBuffer.allocate(3))).isEmpty();
        assertThat(ZstdFrame.contentSize(ByteBuffer.wrap(hex("28b52ffde0ffffffffffffffff"))))
                .isEmpty();
    }

    @Test
    void aWrongAnnouncementIsAnError() throws IOException {
        ZstdOutputStream out = new ZstdOutputStream(new ByteArrayOutputStream(), 1, 0);
        out.announce(5);

        assertThatThrownBy(() -> {
                    out.write(new byte[600_000]);
                    out.close();
                })
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("libzstd cannot compress");
    }

    @Test
    void aStreamIsReadThroughAnyMixOfReads() throws IOException {
        byte[] plain = new byte[700_000];
        new Random(3).nextBytes(plain);
        Arrays.fill(plain, 1000, 400_000, (byte) 0);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(packed, 3, 0)) {
            out.write(plain);
        }
        Random random = new Random(4);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (DecompressedInputStream in = DecompressedInputStream.of(dribbling(packed.toByteArray()))) {
            while (true) {
                byte[] piece = new byte[random.nextInt(1, 90_000)];
                int bytes;
                switch (random.nextInt(3)) {
                    case 0 -> {
                        bytes = in.read();
                        if (bytes >= 0) {
                            piece[0] = (byte) bytes;
                            bytes = 1;
                        }
                    }
                    case 1 -> bytes = in.read(piece, 0, piece.length);
                    default -> bytes = in.read(ByteBuffer.wrap(piece));
                }
                if (bytes < 0) {
                    break;
                }
                read.write(piece, 0, bytes);
            }
        }

        assertThat(read.toByteArray()).isEqualTo(plain);
    }

    /** A stream that gives little at a time, as a network does. */
    private static InputStream dribbling(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 777));
            }
        };
    }
}
