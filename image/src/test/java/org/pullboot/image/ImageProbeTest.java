package org.pullboot.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageProbeTest {
    private final byte[] head = new byte[FileSystemType.PROBE_BYTES];

    private void put(int at, String bytes) {
        byte[] latin = bytes.getBytes(ISO_8859_1);
        System.arraycopy(latin, 0, head, at, latin.length);
    }

    private static ImageProbe probe(byte[] bytes) throws IOException {
        return ImageProbe.probe(new ByteArrayInputStream(bytes));
    }

    private ImageKind kind() throws IOException {
        return probe(head).kind();
    }

    @ParameterizedTest
    @CsvSource({
        "XFS, 0, XFSB",
        "SQUASHFS, 0, hsqs",
        "BTRFS, 65600, _BHRfS_M",
        "EROFS, 1024, \u00e2\u00e1\u00f5\u00e0",
        "F2FS, 1024, '\u0010 \u00f5\u00f2'",
        "EXT2, 1080, S\u00ef",
        "SWAP, 4086, SWAPSPACE2",
        "ISO9660, 32769, CD001",
        "LUKS, 0, LUKS\u00ba\u00be",
    })
    void fileSystemsAreToldByTheirMagic(FileSystemType type, int at, String magic) throws IOException {
        put(at, magic);

        assertThat(kind()).isEqualTo(new ImageKind.BareFileSystem(type));
        if (type.mountable()) {
            assertThat(kind().describe()).isEqualTo("a bare " + type.kernelName() + " image");
        }
    }

    @Test
    void verityIsToldByItsMagic() throws IOException {
        put(0, "verity\0\0");

        assertThat(kind()).isEqualTo(new ImageKind.BareFileSystem(FileSystemType.VERITY));
        assertThat(FileSystemType.VERITY.mountable()).isFalse();
    }

    @Test
    void theExtFamilyIsToldByItsFeatures() throws IOException {
        put(1080, "S\u00ef");
        head[1024 + 92] = 4;
        assertThat(kind()).isEqualTo(new ImageKind.BareFileSystem(FileSystemType.EXT3));
        head[1024 + 96] = 0x40;
        assertThat(kind()).isEqualTo(new ImageKind.BareFileSystem(FileSystemType.EXT4));
    }

    @Test
    void diskImagesAreToldByTheirTables() throws IOException {
        for (int sectorBytes : new int[] {512, 4096}) {
            MemoryDisk disk = new MemoryDisk(new byte[0]);
            GptWriter.write(disk, 1 << 20, new Gpt(sectorBytes, new UUID(1, 2), List.of(), false));
            assertThat(probe(disk.bytes()).kind()).isEqualTo(new ImageKind.GptDisk(sectorBytes));
        }
        put(510, "U\u00aa");
        assertThat(kind()).isEqualTo(new ImageKind.Unknown("nothing that Pullboot knows"));
        head[446 + 4] = (byte) 0x83;
        assertThat(kind()).isEqualTo(new ImageKind.MbrDisk());
        head[446 + 4] = (byte) 0xEE;
        assertThat(kind()).isEqualTo(new ImageKind.GptDisk(512));
    }

    @Test
    void archivesAreToldByTheirHeaders() throws IOException {
        assertThat(probe(new TarBytes().file("x", "").end()).kind()).isEqualTo(new ImageKind.Tar());
        put(0, "070701");
        assertThat(kind()).isEqualTo(new ImageKind.Cpio());
    }

    @Test
    void aProgramIsAUkiWhenItCarriesAKernel() throws IOException {
        put(0, "MZ");
        assertThat(kind()).isEqualTo(new ImageKind.Unknown("a DOS program"));
        head[0x3c] = 0x40;
        put(0x40, "PE\0\0");
        head[0x40 + 6] = 2;
        head[0x40 + 20] = 0x70;
        put(0x40 + 24 + 0x70, ".text\0\0\0");
        assertThat(kind()).isEqualTo(new ImageKind.Pe(false));
        assertThat(kind().describe()).isEqualTo("a PE program that is no unified kernel image");
        put(0x40 + 24 + 0x70 + 40, ".linux\0\0");
        assertThat(kind()).isEqualTo(new ImageKind.Pe(true));
        head[0x3f] = (byte) 0xFF;
        assertThat(kind()).isEqualTo(new ImageKind.Unknown("a DOS program"));
    }

    @Test
    void whatIsOfNoUseIsNamed() throws IOException {
        put(0, "QFI\u00fb");
        assertThat(kind()).isEqualTo(new ImageKind.Qcow2());
        put(0, "KDMV");
        assertThat(kind()).isEqualTo(new ImageKind.Unknown("a VMDK disk image"));
        put(0, "\u0004\"M\u0018");
        assertThat(kind().describe()).contains("lz4");
        assertThat(probe(new byte[0]).kind()).isEqualTo(new ImageKind.Empty());
        assertThat(probe(new byte[10]).kind().describe()).isEqualTo("nothing that Pullboot knows");
    }

    @Test
    void compressionIsLookedThrough() throws IOException {
        put(0, "hsqs");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(packed, 1, 0)) {
            out.write(head);
            out.write(new byte[100_000]);
        }

        assertThat(probe(packed.toByteArray()))
                .isEqualTo(new ImageProbe(Compression.ZSTD, new ImageKind.BareFileSystem(FileSystemType.SQUASHFS)));
    }

    @Test
    void theStreamStaysOpen() throws IOException {
        boolean[] closed = new boolean[1];
        InputStream in = new ByteArrayInputStream(head) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertThat(ImageProbe.probe(in).compression()).isEqualTo(Compression.NONE);
        assertThat(closed[0]).isFalse();
    }

    @Test
    void damagedCompressionIsAnError() {
        byte[] bytes = {(byte) 0x28, (byte) 0xb5, (byte) 0x2f, (byte) 0xfd, (byte) 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9};

        assertThatThrownBy(() -> probe(bytes))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("zstd data");
    }

    @Test
    void noiseIsNeverMoreThanUnknown() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(70_000)];
            random.nextBytes(noise);
            assertThat(ImageProbe.kind(ByteBuffer.wrap(noise)).describe())
                    .as("seed %d", seed)
                    .isNotEmpty();
        }
    }
}
