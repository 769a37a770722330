package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class TarReaderFuzzTest {
    private static final TarLimits LIMITS = new TarLimits(1 << 20, 1000, 4096, 4096, true);

    @FuzzTest(maxDuration = "60s")
    void everyArchiveIsReadOrRefused(byte @Nullable [] archive) throws IOException {
        byte[] bytes = archive == null ? new byte[0] : sealed(archive);
        TarReader reader = new TarReader(new ByteArrayInputStream(bytes), LIMITS);
        try {
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                TarEntry entry = next.get();
                assertThat(entry.size()).isNotNegative();
                assertThat(entry.permissions()).isBetween(0, 07777);
                while (reader.content() != null) {
                    assertThat(entry.isHardLink()).isFalse();
                }
            }
        } catch (ImageException refused) {
            assertThat(refused).hasMessageContaining("tar archive");
        }
    }

    /** Makes the checksum of each block hold, which no fuzzer would guess. */
    private static byte[] sealed(byte[] archive) {
        byte[] sealed = archive.clone();
        for (int at = 0; at + 512 <= sealed.length; at += 512) {
            byte[] block = TarBytes.sealed(Arrays.copyOfRange(sealed, at, at + 512));
            System.arraycopy(block, 0, sealed, at, 512);
        }
        return sealed;
    }
}
