package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pullboot.serve.ServeEvent;

final class ReportTest {
    private static final ServeEvent LISTENING = new ServeEvent.Listening(
            "http://10.0.0.1:8081/image.efi",
            List.of("http://10.0.0.1:8081/image.efi"),
            "http://10.0.0.1:8081/",
            "0.0.0.0",
            8081,
            null);

    private final StringWriter written = new StringWriter();

    @Test
    void theFirstJsonObjectSaysWhereMachinesBootFrom() {
        JsonReport report = new JsonReport(new PrintWriter(written));

        report.on(new ServeEvent.Preparing("building the initrd"));
        report.on(LISTENING);

        assertThat(written.toString())
                .startsWith("{\"event\":\"listening\",\"url\":\"http://10.0.0.1:8081/image.efi\",")
                .endsWith("\"host\":\"0.0.0.0\",\"port\":8081}\n");
    }

    @Test
    void theFirstJsonObjectSaysWhereDisksAreHad() {
        new JsonReport(new PrintWriter(written))
                .on(new ServeEvent.Listening(
                        "http://10.0.0.1:8081/image.efi",
                        List.of(),
                        "http://10.0.0.1:8081/",
                        "0.0.0.0",
                        8081,
                        new ServeEvent.Nvme("10.0.0.1", "4420", "nqn.2026-11.org.pullboot:image")));

        assertThat(written.toString())
                .endsWith("\"nvme\":{\"traddr\":\"10.0.0.1\",\"trsvcid\":\"4420\","
                        + "\"subnqn\":\"nqn.2026-11.org.pullboot:image\"}}\n");
    }

    @Test
    void aVolumeIsShownWithWhatBecameOfIt() {
        new TerminalReport(new Terminal(new PrintWriter(written), false, 80))
                .on(new ServeEvent.Disk("kept", "machine-1", "root-1", "g1", -1, -1, "there is a newer image"));

        assertThat(written.toString()).isEqualTo("machine-1  volume root-1 kept: there is a newer image\n");
    }

    @Test
    void whatIsUnknownIsLeftOutOfJson() {
        new JsonReport(new PrintWriter(written)).on(stage("network", -1, -1, null));

        assertThat(written.toString())
                .isEqualTo(
                        "{\"event\":\"stage\",\"boot\":\"b1\",\"generation\":\"g1\",\"address\":\"10.0.0.7\",\"stage\":\"network\"}\n");
    }

    @Test
    void aPersonIsToldTheUrlAndHowToRegisterIt() {
        new TerminalReport(new Terminal(new PrintWriter(written), false, 80)).on(LISTENING);

        assertThat(written.toString())
                .contains("http://10.0.0.1:8081/image.efi\n")
                .contains("pullboot boot add http://10.0.0.1:8081/image.efi --first\n")
                .contains("kernel-bootcfg --add-uri=http://10.0.0.1:8081/image.efi --title=");
    }

    @Test
    void withoutATerminalADownloadIsALineAQuarter() {
        TerminalReport report = new TerminalReport(new Terminal(new PrintWriter(written), false, 80));

        for (int percent = 0; percent <= 100; percent++) {
            report.on(stage("download", percent * 1_000_000L, 100_000_000, null));
        }

        assertThat(written.toString().lines()).hasSize(5).first().isEqualTo("10.0.0.7  download  0 % of 100 MB");
    }

    @Test
    void aFailureStaysWithItsSentence() {
        TerminalReport report = new TerminalReport(new Terminal(new PrintWriter(written), true, 80));

        report.on(stage("network", -1, -1, null));
        report.on(stage("failed", -1, -1, "no DHCP answer in 60 s"));

        assertThat(written.toString()).endsWith("10.0.0.7  failed  no DHCP answer in 60 s\u001b[0m\n");
    }

    private static ServeEvent.BootStage stage(String stage, long bytes, long total, @Nullable String message) {
        return new ServeEvent.BootStage("b1", "g1", null, "10.0.0.7", stage, null, bytes, total, -1, message);
    }
}
