package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.jspecify.annotations.Nullable;

/** The one decompressor whose framing is our own code. */
final class GzipFuzzTest {
    private static final int MAX_INPUT = 1 << 12;

    @FuzzTest(maxDuration = "60s")
    void everyFileIsUnpackedOrRefused(byte @Nullable [] file) {
        byte[] bytes = file == null || file.length > MAX_INPUT ? new byte[0] : file;
        try {
            assertThat(Pushing.all(Compression.GZIP, bytes)).isNotNull();
        } catch (ImageException refused) {
            assertThat(refused).hasMessageContaining("gzip data");
        }
    }
}
