package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class VerityFuzzTest {
    private static final RootHash HASH = new RootHash("ab".repeat(32));

    @FuzzTest(maxDuration = "30s")
    void everySuperblockMakesATableOfTenWordsOrIsRefused(byte @Nullable [] input) {
        byte[] bytes = Arrays.copyOf(input == null ? new byte[0] : input, VeritySuperblock.BYTES);
        ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        // No fuzzer would guess the start.
        block.put(0, VeritySuperblockTest.block(), 0, 12);
        block.putInt(VeritySuperblock.HASH_TYPE_AT, bytes[VeritySuperblock.HASH_TYPE_AT] & 1);
        try {
            VeritySuperblock superblock = VeritySuperblock.parse(block);
            assertThat(superblock.table("data", "hashes", HASH, List.of()).split(" ", -1))
                    .hasSize(10)
                    .doesNotContain("");
            assertThat(superblock.dataBytes()).isPositive();
        } catch (ImageException refused) {
            assertThat(refused).hasMessageContaining("superblock");
        }
    }

    @FuzzTest(maxDuration = "30s")
    void everySignatureHasAHashOrIsRefused(byte @Nullable [] input) {
        try {
            VeritySignature signature = VeritySignature.parse(input == null ? new byte[0] : input);
            assertThat(signature.signature()).isNotEmpty();
        } catch (ImageException refused) {
            assertThat(refused).hasMessageMatching("(?s).*(hash|signature).*");
        }
    }
}
