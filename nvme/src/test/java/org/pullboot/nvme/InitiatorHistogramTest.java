package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class InitiatorHistogramTest {
    @Test
    void percentilesAreExactToASixtyFourth() {
        InitiatorHistogram histogram = new InitiatorHistogram();
        for (int nanos = 1; nanos <= 1_000_000; nanos++) {
            histogram.add(nanos);
        }

        assertThat(histogram.percentile(0.5)).isCloseTo(500_000, Percentage.withPercentage(1.6));
        assertThat(histogram.percentile(0.999)).isCloseTo(999_000, Percentage.withPercentage(1.6));
        assertThat(histogram.percentile(0.00001)).isCloseTo(10, within(0L));
        assertThat(histogram.longest()).isEqualTo(1_000_000);
        assertThat(histogram.count()).isEqualTo(1_000_000);
    }
}
