package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "9999, 9.9 kB",
        "10000, 10 kB",
        "402653184, 402 MB",
        "1342177280, 1.3 GB",
        "999999, 999 kB",
        "9223372036854775807, 9223 PB"
    })
    void bytesHaveAFewDigitsAndAUnit(long bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @Test
    void secondsHaveOneDecimal() {
        assertThat(Units.seconds(1_290_000_000L)).isEqualTo("1.2 s");
        assertThat(Units.seconds(0)).isEqualTo("0.0 s");
    }

    @Test
    void theClockNamesEveryStage() {
        StageClock clock = new StageClock(1_000_000_000L);
        clock.end("network", 2_200_000_000L);
        clock.end("download", 7_200_000_000L);

        assertThat(clock).hasToString("network 1.2 s, download 5.0 s");
    }
}
