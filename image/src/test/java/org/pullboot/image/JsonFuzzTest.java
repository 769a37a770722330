package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.jspecify.annotations.Nullable;

final class JsonFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void everyDocumentIsReadOrRefused(byte @Nullable [] document) {
        try {
            Json read = Json.parse(document == null ? new byte[0] : document);
            assertThat(read.find("layers")).isNotNull();
        } catch (ImageException refused) {
            assertThat(refused).hasMessageContaining("JSON");
        }
    }
}
