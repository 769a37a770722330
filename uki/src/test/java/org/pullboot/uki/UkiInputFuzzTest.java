package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;

/** The files that a person writes for a UKI. */
final class UkiInputFuzzTest {
    private static final Path FILE = Path.of("input");

    @FuzzTest
    void configurationsAreReadOrRefused(byte[] content) {
        try {
            UkifyConfig config = UkifyConfig.parse(FILE, content);
            assertThat(config.words("Initrd")).doesNotContain("");
        } catch (PeException refused) {
            assertThat(refused).hasMessageStartingWith("input, line ");
        }
    }

    @FuzzTest
    void hardwareIdentifiersAreReadOrRefused(byte[] json) {
        try {
            // At least the record that ends them, and the two strings of the one device.
            assertThat(HardwareIds.parse(FILE, json).length).isGreaterThanOrEqualTo(28 + 1);
        } catch (PeException refused) {
            assertThat(refused).hasMessageStartingWith("input ");
        }
    }
}
