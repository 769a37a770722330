package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VeritySuperblockTest {
    private static final RootHash HASH = new RootHash("00112233445566778899aabbccddeeff".repeat(2));

    /** A superblock as veritysetup writes one. */
    static ByteBuffer block() {
        ByteBuffer block = ByteBuffer.allocate(VeritySuperblock.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.put(0, "verity\0\0".getBytes(StandardCharsets.US_ASCII));
        block.putInt(8, 1).putInt(12, 1);
        block.put(16, HexFormat.of().parseHex("0102030405060708090a0b0c0d0e0f10"));
        block.put(32, "sha256".getBytes(StandardCharsets.US_ASCII));
        block.putInt(64, 4096).putInt(68, 1024).putLong(72, 300).putShort(80, (short) 2);
        block.put(88, new byte[] {(byte) 0xAB, 0x01, 0x77});
        return block;
    }

    @Test
    void everyFieldIsRead() throws Exception {
        assertThat(VeritySuperblock.parse(block()))
                .isEqualTo(new VeritySuperblock(
                        1, UUID.fromString("01020304-0506-0708-090a-0b0c0d0e0f10"), "sha256", 4096, 1024, 300, "ab01"));
    }

    @Test
    void theKernelsTableHasWhatTheSuperblockSays() throws Exception {
        VeritySuperblock superblock = VeritySuperblock.parse(block());

        assertThat(superblock.table("/dev/loop0p1", "7:2", HASH, List.of()))
                .isEqualTo("1 /dev/loop0p1 7:2 4096 1024 300 1 sha256 " + HASH + " ab01");
        assertThat(superblock.dataSectors()).isEqualTo(2400);
        assertThat(superblock.rootHashBytes()).isEqualTo(HASH.bytes());
    }

    @Test
    void aTreeWithoutSaltHasADashInItsTable() throws Exception {
        VeritySuperblock superblock =
                VeritySuperblock.parse(block().putShort(80, (short) 0).putInt(12, 0));

        assertThat(superblock.table("a", "b", HASH, List.of("root_hash_sig_key_desc", "key")))
                .isEqualTo("0 a b 4096 1024 300 1 sha256 " + HASH + " - 2 root_hash_sig_key_desc key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "0  # 0          # a dm-verity superblock at the start",
                "8  # 2          # but came version 2 with hash type 1",
                "12 # 7          # but came version 1 with hash type 7",
                "64 # 0          # data blocks of 0 bytes",
                "64 # 4097       # data blocks of 4097 bytes",
                "64 # 1048576    # data blocks of 1048576 bytes",
                "64 # -2147483648 # data blocks of 2147483648 bytes",
                "68 # 256        # hash blocks of 256 bytes",
                "72 # 0          # 0 blocks of data",
                "76 # -1         # blocks of data, which no device has",
                "76 # 1073741824 # blocks of data, which no device has",
                "80 # 257        # a salt of 257 bytes",
                "32 # 0          # names no hash algorithm",
                "32 # 540024880  # names a hash algorithm that none is called",
            })
    void whatCannotBeUsedIsRefused(int at, int value, String sentence) {
        ByteBuffer damaged = block().putInt(at, value);

        assertThatThrownBy(() -> VeritySuperblock.parse(damaged))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void anAlgorithmsNameEndsWithinItsField() {
        ByteBuffer endless = block().put(32, "s".repeat(32).getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> VeritySuperblock.parse(endless))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("names no hash algorithm");
    }

    @Test
    void aShortFileHasNone() {
        ByteBuffer cut = block().limit(VeritySuperblock.BYTES - 1);

        assertThatThrownBy(() -> VeritySuperblock.parse(cut)).isInstanceOf(ImageException.class);
    }
}
