package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.pullboot.fleet.GenerationId;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageKind;
import org.pullboot.image.Sha256;

final class CommandLineTest {
    private static final String IMAGE_HEX = "a".repeat(64);
    private static final String MODULES_HEX = "b".repeat(64);
    private static final Measure MEASURE = new Measure(new Sha256(IMAGE_HEX), 4096, 1000);
    private static final Measure MODULES = new Measure(new Sha256(MODULES_HEX), 0, 0);
    private static final GenerationId ID = new GenerationId("0123456789abcdef");

    @Test
    void aRawImageIsPulledAsABlockDevice() {
        CommandLine line =
                new CommandLine(image("os.raw.zst", new ImageKind.GptDisk(512)), MEASURE, null, null, "", null);

        assertThat(line.text(ID))
                .isEqualTo("rd.systemd.pull=raw,machine,verify=no,blockdev,bootorigin:rootdisk:os.raw.zst root=gpt-auto"
                        + " ip=any panic=30 rd.pullboot.generation=0123456789abcdef rd.pullboot.digest=os.raw.zst:sha256:"
                        + IMAGE_HEX + " rd.pullboot.size=os.raw.zst:4096:1000 console=tty0 console=ttyS0,115200");
    }

    @Test
    void aTarIsPulledAsADirectoryWithItsModulesBesideIt() {
        CommandLine line = new CommandLine(
                image("os.tar", new ImageKind.Tar()),
                MEASURE,
                "modules-6.1.tar.zst",
                MODULES,
                " quiet console=hvc0 ",
                null);

        assertThat(line.text(ID))
                .isEqualTo("rd.systemd.pull=tar,machine,verify=no,bootorigin:root:os.tar root=bind:/run/machines/root"
                        + " ip=any panic=30 rd.pullboot.generation=0123456789abcdef rd.pullboot.digest=os.tar:sha256:"
                        + IMAGE_HEX + " rd.pullboot.size=os.tar:4096 rd.pullboot.modules=modules-6.1.tar.zst"
                        + " rd.pullboot.digest=modules-6.1.tar.zst:sha256:" + MODULES_HEX + " quiet console=hvc0");
    }

    @Test
    void aDiskIsHadFromTheServerThatTheUkiComesFrom() {
        CommandLine line = new CommandLine(
                image("os.raw.zst", new ImageKind.GptDisk(512)),
                MEASURE,
                null,
                null,
                "console=hvc0",
                new CommandLine.NvmeRoot(4420, false));

        assertThat(line.text(ID))
                .isEqualTo("root=nvme:tcp:bootorigin:4420:nqn.2026-11.org.pullboot:os rd.pullboot.root=nvme ip=any"
                        + " panic=30 rd.pullboot.generation=0123456789abcdef console=hvc0");
    }

    @Test
    void aDiskThatMayBeDownloadedInsteadIsPinned() {
        CommandLine line = new CommandLine(
                image("os.raw.zst", new ImageKind.GptDisk(512)),
                MEASURE,
                null,
                null,
                "console=hvc0",
                new CommandLine.NvmeRoot(4420, true));

        assertThat(line.text(ID))
                .contains("rd.pullboot.root=nvme,ram rd.systemd.pull=raw,")
                .contains("rd.pullboot.digest=os.raw.zst:sha256:" + IMAGE_HEX);
    }

    @Test
    void aTreeIsNoDisk() {
        CommandLine line = new CommandLine(
                image("os.tar", new ImageKind.Tar()), MEASURE, null, null, "", new CommandLine.NvmeRoot(4420, false));

        assertThat(line.text(ID)).startsWith("rd.systemd.pull=tar,").doesNotContain("nvme");
    }

    @Test
    void aServerOfDisksOffersMemoryAndTheRescueConsoleToo() {
        CommandLine line = new CommandLine(
                image("os.raw.zst", new ImageKind.GptDisk(512)),
                MEASURE,
                null,
                null,
                "console=hvc0",
                new CommandLine.NvmeRoot(4420, false));

        assertThat(line.profiles(ID)).extracting(BootProfile::id).containsExactly("nvme", "ram", "rescue");
        assertThat(line.profiles(ID).get(1).commandLine())
                .startsWith("rd.systemd.pull=raw,")
                .contains("rd.pullboot.digest=os.raw.zst:sha256:" + IMAGE_HEX)
                .doesNotContain("nvme");
        assertThat(line.profiles(ID).get(2).commandLine())
                .isEqualTo("rd.pullboot.rescue rd.systemd.pull.failure_action=none ip=any panic=30"
                        + " rd.pullboot.generation=0123456789abcdef console=hvc0");
        assertThat(line.profiles(ID).get(2).section()).isEqualTo("ID=rescue\nTITLE=\"os, rescue console\"\n");
    }

    @Test
    void theRescueConsoleHasTheSameNumberWithoutAnotherWay() {
        CommandLine line = new CommandLine(image("os.raw", new ImageKind.GptDisk(512)), MEASURE, null, null, "", null);

        assertThat(line.profiles(ID)).extracting(BootProfile::id).containsExactly("ram", "same", "rescue");
        assertThat(line.profiles(ID).get(1).commandLine()).isEqualTo(line.text(ID));
    }

    @Test
    void whatAnIdIsMadeFromDoesNotHoldTheId() {
        CommandLine line = new CommandLine(image("os.tar", new ImageKind.Tar()), MEASURE, null, null, "", null);

        assertThat(line.text(null)).doesNotContain("rd.pullboot.generation");
    }

    private static Candidate image(String name, ImageKind kind) {
        return new Candidate(name, Path.of(name), Compression.NONE, kind, false);
    }
}
