package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RareLogTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
    private final List<String> said = new ArrayList<>();
    private final RareLog log = new RareLog(new Recording(), now::get, 1);

    @Test
    void theFirstTimeIsSaidAtOnce() {
        log.log(Logger.Level.WARNING, "it failed", null);
        assertThat(said).containsExactly("it failed");
    }

    @Test
    void whatHappensInTheSameMinuteIsCounted() {
        for (int i = 0; i < 1000; i++) {
            log.log(Logger.Level.WARNING, "it failed", null);
        }
        now.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        log.log(Logger.Level.WARNING, "it failed", null);
        assertThat(said).hasSize(1);
        now.addAndGet(1);
        log.log(Logger.Level.WARNING, "it failed", null);
        assertThat(said).last().isEqualTo("it failed (and 1000 more like this in the minutes before)");
    }

    @Test
    void severalAMinuteMayBeAllowed() {
        RareLog several = new RareLog(new Recording(), now::get, 3);
        for (int minute = 0; minute < 2; minute++) {
            for (int i = 0; i < 10; i++) {
                several.log(Logger.Level.WARNING, "it failed", null);
            }
            now.addAndGet(Duration.ofMinutes(1).toNanos());
        }
        assertThat(said).hasSize(6);
        assertThat(said.get(3)).isEqualTo("it failed (and 7 more like this in the minutes before)");
    }

    @Test
    void whatHappensRarelyIsSaidEachTime() {
        for (int i = 0; i < 3; i++) {
            log.log(Logger.Level.WARNING, "it failed", null);
            now.addAndGet(Duration.ofMinutes(2).toNanos());
        }
        assertThat(said).containsExactly("it failed", "it failed", "it failed");
    }

    private final class Recording implements Logger {
        @Override
        public String getName() {
            return "recording";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            said.add(String.valueOf(message));
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... params) {
            said.add(String.valueOf(format));
        }
    }
}
