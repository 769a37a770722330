package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelVersionOrderTest {
    @ParameterizedTest
    @CsvSource({
        "6.1.0-9-amd64, 6.1.0-10-amd64",
        "6.9.12, 6.10.1",
        "6.12.0-rc3-amd64, 6.12.0-amd64",
        "6.12~rc1, 6.12",
        "6.12.107+deb13-cloud-amd64, 7.2.13+deb14-cloud-amd64",
        "6.1, 6.1.1",
        "6.12.9+deb13-amd64, 6.12.10+deb13-amd64"
    })
    void olderIsBeforeNewer(String older, String newer) {
        assertThat(KernelVersionOrder.INSTANCE.compare(older, newer)).isNegative();
        assertThat(KernelVersionOrder.INSTANCE.compare(newer, older)).isPositive();
        assertThat(KernelVersionOrder.INSTANCE.compare(newer, newer)).isZero();
    }
}
