package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GptTest {
    private static final UUID DISK = UUID.fromString("11223344-5566-7788-99aa-bbccddeeff00");
    private static final int DISK_BYTES = 1 << 20;

    private static GptPartition partition(int number, long offset, long bytes, String label) {
        return new GptPartition(
                number, Architecture.X86_64.root(), new UUID(number, ~number), offset, bytes, 1L << 60, label);
    }

    private static Gpt table(int sectorBytes) {
        return new Gpt(
                sectorBytes,
                DISK,
                List.of(
                        partition(1, 65536, 65536, "first"),
                        partition(3, 131072, 4096, "a label of thirty-six characters ok!")),
                false);
    }

    private static MemoryDisk disk(int sectorBytes) throws IOException {
        MemoryDisk disk = new MemoryDisk(new byte[DISK_BYTES]);
        GptWriter.write(disk, DISK_BYTES, table(sectorBytes));
        return disk;
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096})
    void whatIsWrittenIsRead(int sectorBytes) throws IOException {
        assertThat(Gpt.read(disk(sectorBytes))).isEqualTo(table(sectorBytes));
    }

    @Test
    void guidsAreMixedEndianOnDisk() throws IOException {
        byte[] bytes = disk(512).bytes();

        assertThat(Arrays.copyOfRange(bytes, 512 + 56, 512 + 72))
                .containsExactly(
                        0x44, 0x33, 0x22, 0x11, 0x66, 0x55, 0x88, 0x77, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void theBackupStandsInForASpoiledTable(int sectorBytes) throws IOException {
        Gpt expected = new Gpt(sectorBytes, DISK, table(sectorBytes).partitions(), true);
        for (int spoiled : new int[] {sectorBytes, sectorBytes + 16, sectorBytes + 60, 2 * sectorBytes + 5}) {
            MemoryDisk disk = disk(sectorBytes);
            disk.bytes()[spoiled] ^= 1;

            assertThat(Gpt.read(disk)).as("byte %d spoiled", spoiled).isEqualTo(expected);
        }
    }

    @Test
    void aDiskWithoutATableIsRefused() {
        for (int bytes : new int[] {0, 1, 512, 1024, 1 << 20}) {
            assertThatThrownBy(() -> Gpt.read(new MemoryDisk(new byte[bytes])))
                    .isInstanceOf(ImageException.class)
                    .hasMessage(
                            "expected a GUID partition table at the start or the end of the image, but there is none");
        }
    }

    @Test
    void aSpoiledTableSaysWhatIsWrong() throws IOException {
        byte[] bytes = disk(512).bytes();
        bytes[2 * 512] ^= 1;
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 512);

        assertThatThrownBy(() -> Gpt.read(new MemoryDisk(cut)))
                .hasMessageEndingWith("but the checksum of its entries is wrong");
    }

    @Test
    void aCutImageIsIncomplete() throws IOException {
        byte[] cut = Arrays.copyOf(disk(512).bytes(), 100_000);

        assertThatThrownBy(() -> Gpt.read(new MemoryDisk(cut)))
                .isInstanceOf(ImageException.class)
                .hasMessage("partition 1 'first' ends in sector 255, but the image ends before it, after 100000 bytes:"
                        + " it is incomplete, get it again");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void spoiledBytesNeverDoMoreThanFail(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] whole = disk(512).bytes();
        for (int i = 0; i < 500; i++) {
            byte[] spoiled = Arrays.copyOf(whole, random.nextBoolean() ? whole.length : random.nextInt(whole.length));
            for (int j = 0; j < 4 && spoiled.length > 1200; j++) {
                spoiled[512 + random.nextInt(640)] = (byte) random.nextInt();
            }
            seal(spoiled);
            try {
                assertThat(Gpt.read(new MemoryDisk(spoiled)).partitions()).isNotNull();
            } catch (ImageException declared) {
                assertThat(declared).as("seed %d, round %d", seed, i).hasMessageNotContaining("null");
            }
        }
    }

    /** Makes the checksum of a spoiled header hold, so that more than the checksum is tried. */
    private static void seal(byte[] disk) {
        if (disk.length >= 1024) {
            var header = ByteBuffer.wrap(disk, 512, 512).slice().order(ByteOrder.LITTLE_ENDIAN);
            int bytes = header.getInt(12);
            if (bytes >= 92 && bytes <= 512) {
                header.putInt(16, GptHeader.crc(header, bytes));
            }
        }
    }

    @Test
    void partitionsThatDoNotFitAreNotWritten() {
        record Wrong(GptPartition partition, String complaint) {}
        List<Wrong> wrong = List.of(
                new Wrong(partition(0, 65536, 512, "x"), "needs a number from 1 to 128"),
                new Wrong(partition(129, 65536, 512, "x"), "needs a number from 1 to 128"),
                new Wrong(partition(1, 65537, 512, "x"), "is not made of whole sectors"),
                new Wrong(partition(1, 65536, 0, "x"), "is not made of whole sectors"),
                new Wrong(partition(1, 1024, 512, "x"), "is not between the tables"),
                new Wrong(partition(1, 65536, DISK_BYTES, "x"), "is not between the tables"),
                new Wrong(partition(1, 65536, 512, "x".repeat(37)), "a label of more than 36 characters"));
        for (Wrong item : wrong) {
            Gpt gpt = new Gpt(512, DISK, List.of(item.partition), false);
            assertThatThrownBy(() -> GptWriter.write(new MemoryDisk(new byte[0]), DISK_BYTES, gpt))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(item.complaint);
        }
    }
}
