package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

final class ImageProbeFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyFileIsSomething(byte @Nullable [] file) throws IOException {
        byte[] bytes = file == null ? new byte[0] : file;
        try {
            ImageProbe probe = ImageProbe.probe(new ByteArrayInputStream(bytes));
            assertThat(probe.kind().describe()).isNotEmpty();
        } catch (ImageException refused) {
            assertThat(refused).hasMessageContaining(" data ");
        }
    }
}
