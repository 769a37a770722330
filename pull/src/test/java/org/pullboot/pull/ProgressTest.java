package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    @Test
    void percentsAreOfTheTotal() {
        assertThat(new PullProgress("x", 0, 10, 0).percent()).isZero();
        assertThat(new PullProgress("x", 999, 1000, 0).percent()).isEqualTo(99);
        assertThat(new PullProgress("x", 1L << 50, 1L << 50, 0).percent()).isEqualTo(100);
        assertThat(new PullProgress("x", 5, -1, 0).percent()).isEqualTo(-1);
    }

    @Test
    void pausesDoubleUpToTheLongestGiveOrTakeAQuarter() {
        PullOptions options =
                new PullOptions("1", Duration.ZERO, Duration.ZERO, 9, Duration.ofMillis(100), Duration.ofMillis(1000));
        for (long seed = 0; seed < 1000; seed++) {
            Backoff backoff = new Backoff(options, seed);
            assertThat(backoff.pause(0)).isZero();
            assertThat(backoff.pause(1)).isBetween(75L, 125L);
            assertThat(backoff.pause(2)).isBetween(150L, 250L);
            assertThat(backoff.pause(4)).isBetween(600L, 1000L);
            assertThat(backoff.pause(5)).isBetween(750L, 1250L);
            assertThat(backoff.pause(1_000_000)).isBetween(750L, 1250L);
        }
    }

    @Test
    void machinesDoNotPauseEquallyLong() {
        PullOptions options = PullOptions.defaults("1");
        assertThat(new Backoff(options, 1).pause(3)).isNotEqualTo(new Backoff(options, 2).pause(3));
    }
}
