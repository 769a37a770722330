package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumeFormatTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final Path VOLUME = Path.of("v");

    @TempDir
    Path directory;

    private static String hex(ByteBuffer bytes, int from, int length) {
        byte[] copy = new byte[length];
        bytes.get(from, copy);
        return HexFormat.of().formatHex(copy);
    }

    @Test
    void metaIsWrittenAsDocumented() {
        ByteBuffer bytes = new Meta(ID, 3, 0x100000, 0x7000, true, "ab", 0x80000).encode();
        assertThat(hex(bytes, 0, 68))
                .isEqualTo("5042564f4c554d45" + "01000000" + "01000000" + "00112233445566778899aabbccddeeff"
                        + "0300000000000000" + "0000100000000000" + "0070000000000000" + "0000080000000000"
                        + "0200" + "6162");
        assertThat(bytes.capacity()).isEqualTo(4096);
        assertThat(bytes.getInt(4092)).isEqualTo(Checksum.of(bytes, 0, 4092));
    }

    @Test
    void layersAreWrittenAsDocumented() {
        Manifest manifest = new Manifest(
                ID,
                8,
                List.of(
                        new Manifest.Entry(2, Instant.ofEpochMilli(0x1234), "a-b"),
                        new Manifest.Entry(7, Instant.ofEpochMilli(0x5678), "")));
        ByteBuffer bytes = manifest.encode();
        assertThat(hex(bytes, 0, bytes.limit() - 4))
                .isEqualTo("50424c4159455253" + "01000000" + "00112233445566778899aabbccddeeff" + "08000000"
                        + "02000000" + "02000000" + "3412000000000000" + "03" + "612d62" + "07000000"
                        + "7856000000000000" + "00");
    }

    @Test
    void theLogIsWrittenAsDocumented() {
        ByteBuffer header = LogFormat.encode(new LogFormat.Header(ID, 7, 5, 9, 0x01020304));
        assertThat(hex(header, 0, 60))
                .isEqualTo("5042564f4c4c4f47" + "01000000" + "07000000" + "00112233445566778899aabbccddeeff"
                        + "0500000000000000" + "0900000000000000" + "04030201" + "0000000000000000");
        ByteBuffer record = ByteBuffer.allocateDirect(32).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        LogFormat.put(record, LogFormat.ZERO, 9, 0x1122334455L, 3, 0x01020304);
        LogFormat.seal(record, 0);
        assertThat(hex(record, 4, 28))
                .isEqualTo("02000000" + "0900000000000000" + "5544332211000000" + "03000000" + "04030201");
        assertThat(LogFormat.valid(record, 0, 9, 0x1122334458L)).isTrue();
        assertThat(LogFormat.valid(record, 0, 9, 0x1122334457L)).isFalse();
        assertThat(LogFormat.valid(record, 0, 10, 0x1122334458L)).isFalse();
        assertThat(LogFormat.valid(record.put(20, (byte) 0), 0, 9, 0x1122334458L))
                .isFalse();
    }

    @Test
    void theChecksumIsCrc32c() {
        ByteBuffer digits = ByteBuffer.wrap("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(Checksum.of(digits, 0, 9)).isEqualTo(0xE3069283);
    }

    @Test
    void theMapHasTwoBitsABlock() throws IOException {
        LosingFiles files = new LosingFiles();
        files.createDirectory(VOLUME);
        BlockMap map = new BlockMap(3 * BlockMap.CHUNK_BLOCKS);
        map.set(BlockMap.CHUNK_BLOCKS + 1, BlockMap.layer(4));
        map.set(BlockMap.CHUNK_BLOCKS + 6, BlockMap.ZERO);
        map.set(0, BlockMap.layer(3));
        MapFile.write(files, VOLUME, ID, 7, 5, MapFile.Packed.of(map, BlockMap.layer(4)), map.blocks());
        try (VolumeFile file = files.open(VOLUME.resolve("map"), false)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect((int) file.size());
            file.read(bytes, 0);
            assertThat(bytes.capacity()).isEqualTo(64 + 8 + 8192);
            assertThat(hex(bytes, 0, 60))
                    .isEqualTo("5042564f4c4d4150" + "01000000" + "07000000"
                            + "00112233445566778899aabbccddeeff" + "0500000000000000" + "0080010000000000"
                            + "01000000" + "0000000000000000");
            assertThat(hex(bytes, 64, 4)).isEqualTo("01000000");
            assertThat(hex(bytes, 72, 4)).isEqualTo("04200000");
            BlockMap read = new BlockMap(map.blocks());
            LayerLoad load = new LayerLoad(read, 0);
            assertThat(MapFile.read(file, VOLUME, ID, 7, load)).isEqualTo(5);
            assertThat(load.dataBlocks()).isEqualTo(1);
            assertThat(read.get(BlockMap.CHUNK_BLOCKS + 1)).isEqualTo(BlockMap.layer(0));
            assertThat(read.get(BlockMap.CHUNK_BLOCKS + 6)).isEqualTo(BlockMap.ZERO);
            assertThat(read.run(0, map.blocks())).isEqualTo(BlockMap.CHUNK_BLOCKS + 1);
        }
    }

    @Test
    void theOtherSlotCountsWhenOneIsTorn() throws IOException {
        LosingFiles files = new LosingFiles();
        Meta first = new Meta(ID, 0, 4096, 100, true, "", 0);
        try (VolumeFile file = files.create(Path.of("meta"))) {
            first.write(file);
            first.withLimit(200).write(file);
            assertThat(Meta.read(file, Path.of("meta")).limit()).isEqualTo(200);
            file.write(ByteBuffer.allocateDirect(8), 4096 + 48);
            assertThat(Meta.read(file, Path.of("meta")).limit()).isEqualTo(100);
            file.write(ByteBuffer.allocateDirect(8), 0);
            assertThatThrownBy(() -> Meta.read(file, Path.of("meta"))).isInstanceOf(VolumeFormatException.class);
        }
    }

    @Test
    void sealedNonsenseIsRefusedOrHarmless() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = new byte[random.nextInt(round % 10 == 0 ? 20_000 : 400)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                // Small numbers are more often almost right.
                bytes[i] = random.nextInt(3) > 0 ? (byte) 0 : (byte) (bytes[i] & (random.nextBoolean() ? 3 : 0xff));
            }
            String name =
                    List.of("meta", "layers", "1/log.0", "1/map", "1/log.1").get(random.nextInt(5));
            VolumeOpenFuzzTest.open(name, Sealing.seal(name, bytes));
        }
    }

    /** Opening either fails as declared, or gives a volume that can be read. */
    @Test
    void changedBytesAreRefusedOrHarmless() throws IOException {
        Path volumes = Files.createDirectory(directory.resolve("volumes"));
        VolumeStore store = new VolumeStore(volumes, Clock.systemUTC(), new LinuxVolumeFiles(), 1, 1 << 20);
        try (Volume volume = store.create("a", null, VolumeOptions.DEFAULT.withSize(1 << 20))) {
            volume.write(ByteBuffer.allocateDirect(65536), 4096);
            volume.snapshot("s");
            volume.write(ByteBuffer.allocateDirect(65536), 65536);
            volume.checkpoint();
            volume.deallocate(0, 40960);
        }
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (String name : List.of("meta", "layers", "1/log.0", "2/map", "2/log.1", "2/data")) {
            Path file = volumes.resolve("a").resolve(name);
            byte[] good = Files.readAllBytes(file);
            for (int round = 0; round < 60; round++) {
                byte[] bad = good.clone();
                int at = random.nextInt(Math.min(bad.length, 256));
                bad[at] ^= (byte) (1 << random.nextInt(8));
                bad = random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
                Files.write(file, bad);
                openOrRefuse(store);
                Files.write(file, good);
            }
        }
    }

    private static void openOrRefuse(VolumeStore store) throws IOException {
        assertThat(store.check("a")).isNotNull();
        try (Volume volume = store.open("a", null)) {
            volume.read(ByteBuffer.allocateDirect((int) volume.size()), 0);
        } catch (VolumeFormatException declared) {
            assertThat(declared).hasMessageContaining("/");
        }
    }
}
