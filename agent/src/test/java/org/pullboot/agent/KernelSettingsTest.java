package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelSettingsTest {
    @TempDir
    private Path sysctl;

    @Test
    void settingsAreChangedAndPutBack() throws IOException {
        Path trace = file("debug/exception-trace", "1\n");
        Path kmsg = file("kernel/printk_devkmsg", "ratelimit\n");
        KernelSettings settings = new KernelSettings(sysctl);

        settings.hideHandledFaults();
        settings.allowManyMessages();

        assertThat(trace).hasContent("0\n");
        assertThat(kmsg).hasContent("on\n");

        settings.restore();

        assertThat(trace).hasContent("1\n");
        assertThat(kmsg).hasContent("ratelimit\n");
    }

    @Test
    void aKernelWithoutASettingNeedsNone() throws IOException {
        KernelSettings settings = new KernelSettings(sysctl);

        settings.hideHandledFaults();
        settings.restore();

        assertThat(sysctl.resolve("debug/exception-trace")).doesNotExist();
    }

    @Test
    void longTurnsAreTakenAndGivenBack() throws IOException {
        KernelSettings settings = new KernelSettings(sysctl);

        settings.takeLongTurns();

        assertThatCode(settings::restore).doesNotThrowAnyException();
    }

    private Path file(String name, String content) throws IOException {
        Path file = sysctl.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
