package org.pullboot.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.ImageException;
import org.pullboot.pull.PullException;

final class DocumentsFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void everyDocumentIsReadOrRefused(byte @Nullable [] input) {
        byte[] document = input == null ? new byte[0] : input;
        try {
            assertThat(Index.parse(document).tagged("").manifests()).isNotNull();
        } catch (ImageException refused) {
            assertThat(refused).hasMessageNotContaining("\n");
        }
        try {
            assertThat(Manifest.parse(document).layers()).isNotNull();
        } catch (ImageException refused) {
            assertThat(refused).hasMessageNotContaining("\n");
        }
        try {
            assertThat(ImageConfig.parse(document).program()).isNotNull();
        } catch (ImageException refused) {
            assertThat(refused).hasMessageNotContaining("\n");
        }
    }

    @FuzzTest(maxDuration = "30s")
    void everyNameIsAReferenceOrRefused(byte @Nullable [] input) {
        String text = new String(input == null ? new byte[0] : input, StandardCharsets.UTF_8);
        try {
            Reference reference = Reference.parse(text);
            assertThat(reference.repository()).isNotEmpty();
            assertThat(reference.version()).isNotEmpty();
        } catch (PullException refused) {
            assertThat(refused).hasMessageContaining("is no reference");
        }
        Challenge.parse(text);
    }
}
