package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

final class ClearSignedFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void everyFileIsTakenApartOrRefused(FuzzedDataProvider data) {
        String start = data.consumeBoolean() ? "-----BEGIN PGP SIGNED MESSAGE-----\n" : "";
        String end = data.consumeBoolean() ? "\n-----BEGIN PGP SIGNATURE-----\n" : "";
        byte[] file = (start + data.consumeRemainingAsString() + end).getBytes(UTF_8);
        try {
            ClearSigned.text(file).ifPresent(text -> assertThat(text.length).isLessThan(file.length));
        } catch (PullException e) {
            assertThat(e).hasMessageStartingWith("the signed text cannot be understood: ");
        }
    }
}
