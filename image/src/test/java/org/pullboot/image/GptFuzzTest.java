package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

final class GptFuzzTest {
    private static final int DISK_BYTES = 64 * 512;

    @FuzzTest(maxDuration = "60s")
    void everyTableIsReadOrRefused(byte @Nullable [] start) throws IOException {
        byte[] disk = Arrays.copyOf(start == null ? new byte[0] : start, DISK_BYTES);
        ByteBuffer header = ByteBuffer.wrap(disk, 512, 512).slice().order(ByteOrder.LITTLE_ENDIAN);
        // No fuzzer would guess all of this, and half of the time it should come to the entries.
        boolean sensible = disk[0] % 2 == 0;
        header.put(0, "EFI PART".getBytes(StandardCharsets.US_ASCII));
        header.putInt(GptHeader.REVISION_AT, GptHeader.REVISION);
        header.putInt(GptHeader.HEADER_BYTES_AT, GptHeader.BYTES);
        header.putLong(GptHeader.MY_LBA_AT, 1);
        if (sensible) {
            header.putLong(GptHeader.ENTRIES_LBA_AT, 2);
            header.putInt(GptHeader.ENTRY_COUNT_AT, GptHeader.ENTRY_COUNT);
            header.putInt(GptHeader.ENTRY_BYTES_AT, GptHeader.ENTRY_BYTES);
        }
        header.putInt(GptHeader.ENTRIES_CRC_AT, GptHeader.crc(ByteBuffer.wrap(disk, 1024, 16384)));
        header.putInt(GptHeader.HEADER_CRC_AT, GptHeader.crc(header, GptHeader.BYTES));
        try {
            for (GptPartition partition : Gpt.read(new MemoryDisk(disk)).partitions()) {
                assertThat(partition.offset()).isPositive();
                assertThat(partition.bytes()).isBetween(1L, DISK_BYTES - partition.offset());
            }
        } catch (ImageException refused) {
            assertThat(refused).hasMessageContaining("image");
        }
    }
}
