package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

final class KernelCommandLineFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyTextIsACommandLine(FuzzedDataProvider data) {
        String key = data.consumeString(20);
        KernelCommandLine line = KernelCommandLine.parse(data.consumeRemainingAsString());

        assertThat(line.words()).doesNotContain("");
        assertThat(line.values(key).isEmpty()).isEqualTo(line.value(key).isEmpty());
        assertThat(key.startsWith("rd.")
                        || line.valueInInitrd(key).isPresent()
                        || line.value(key).isEmpty())
                .isTrue();
    }

    @FuzzTest(maxDuration = "60s")
    void ourOwnWordsAreReadOrRefused(FuzzedDataProvider data) {
        KernelCommandLine line = KernelCommandLine.parse(data.consumeRemainingAsString());
        try {
            assertThat(BootWords.of(line).mirrors())
                    .hasSize(line.values("rd.pullboot.mirror").size());
        } catch (PullException refused) {
            assertThat(refused).hasMessageContaining("pullboot");
        }
    }
}
