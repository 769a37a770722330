package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UptimeTest {
    @TempDir
    private Path directory;

    @Test
    void theKernelsHundredthsAreMilliseconds() throws IOException {
        Uptime uptime = Uptime.read(Files.writeString(directory.resolve("uptime"), "12.34 5.60\n"));

        assertThat(uptime.millis()).isGreaterThanOrEqualTo(12_340);
    }

    @Test
    void timeGoesOnWithoutAskingAgain() {
        Uptime uptime = Uptime.fromNow();
        long first = uptime.millis();

        assertThat(first).isNotNegative();
        assertThat(uptime.millis()).isGreaterThanOrEqualTo(first);
    }
}
