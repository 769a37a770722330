package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.BootStage;
import org.pullboot.fleet.GenerationId;

final class BootHistoryTest {
    private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

    @Test
    void aStageLastsUntilTheNextOne() {
        BootHistory history = BootHistory.of(
                boot("switch-root", START.plusSeconds(31)),
                List.of(
                        stage("firmware", 0),
                        stage("started", 12),
                        stage("download", 14),
                        stage("download", 15),
                        stage("root", 24),
                        stage("switch-root", 26)));

        assertThat(history.stages())
                .extracting(BootHistory.Step::stage, BootHistory.Step::seconds)
                .containsExactly(
                        tuple("firmware", 12.0),
                        tuple("started", 2.0),
                        tuple("download", 10.0),
                        tuple("root", 2.0),
                        tuple("switch-root", 5.0));
        assertThat(history.seconds()).isEqualTo(31);
        assertThat(history.row())
                .contains("192.0.2.7", "switch-root", "31.0 s", "-")
                .contains("firmware 12.0 s, started 2.0 s, download 10.0 s, root 2.0 s, switch-root 5.0 s");
    }

    /** A machine's boots may be written by servers whose clocks differ. */
    @Test
    void noStageLastsLessThanNothing() {
        BootHistory history = BootHistory.of(
                boot("started", START.minusSeconds(5)), List.of(stage("firmware", 3), stage("started", 1)));

        assertThat(history.seconds()).isZero();
        assertThat(history.stages()).extracting(BootHistory.Step::seconds).containsExactly(0.0, 0.0);
    }

    private static Boot boot(String stage, Instant lastSeen) {
        return new Boot("b1", new GenerationId("0123456789abcdef"), "192.0.2.7", null, START, lastSeen, stage, null);
    }

    private static BootStage stage(String stage, long seconds) {
        return new BootStage(stage, START.plusSeconds(seconds), -1, null);
    }
}
