package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares with ukify of Debian sid, byte for byte, on its kernel and on the stubs of sid and of this machine. */
final class UkifyIT {
    private static final Path HOST_STUB = Path.of("/usr/lib/systemd/boot/efi/linuxx64.efi.stub");

    private DebianTools tools;
    private Path work;
    private Path kernel;

    @BeforeEach
    void findTools() throws IOException, InterruptedException {
        tools = DebianTools.find();
        work = tools.workDirectory();
        kernel = Files.copy(tools.kernel(), work.resolve("vmlinuz"));
    }

    @AfterEach
    void removeWorkDirectory() throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void stubOfSidGivesTheSameBytes() throws IOException, InterruptedException {
        compare(tools.path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub"));
    }

    @Test
    void stubOfThisMachineGivesTheSameBytes() throws IOException, InterruptedException {
        compare(HOST_STUB);
    }

    private void compare(Path stubFile) throws IOException, InterruptedException {
        Path stub = Files.copy(stubFile, work.resolve("stub"));
        Path theirs = work.resolve("theirs.efi");
        Path ours = work.resolve("ours.efi");

        Path initrd = initrd("initrd", 1_000_001);
        String osRelease = "ID=x\nVERSION_ID=1\n";
        Path osReleaseFile = Files.writeString(work.resolve("os-release"), osRelease);
        tools.run(
                "ukify",
                "build",
                "--stub",
                tools.inside(stub),
                "--linux",
                tools.inside(kernel),
                "--initrd",
                tools.inside(initrd),
                "--cmdline",
                "  root=gpt-auto   ip=any ",
                "--os-release",
                "@" + tools.inside(osReleaseFile),
                "--output",
                tools.inside(theirs));
        new UkiBuilder(stub, kernel)
                .initrd(initrd)
                .commandLine("  root=gpt-auto   ip=any ")
                .osRelease(osRelease)
                .build(ours);
        assertThat(Files.mismatch(ours, theirs)).isEqualTo(-1);

        Path second = initrd("second", 4097);
        String sbat =
                "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\nown,1,Own,own,1,https://o\n";
        Path sbatFile = Files.writeString(work.resolve("sbat"), sbat);
        Path commandLine = Files.writeString(work.resolve("cmdline"), "a  b\n\0");
        tools.run(
                "ukify",
                "build",
                "--stub",
                tools.inside(stub),
                "--linux",
                tools.inside(kernel),
                "--initrd",
                tools.inside(initrd),
                "--initrd",
                tools.inside(second),
                "--cmdline",
                "@" + tools.inside(commandLine),
                "--os-release",
                "",
                "--uname",
                "9.9",
                "--sbat",
                "@" + tools.inside(sbatFile),
                "--splash",
                tools.inside(second),
                "--microcode",
                tools.inside(second),
                "--output",
                tools.inside(theirs));
        new UkiBuilder(stub, kernel)
                .initrd(initrd)
                .initrd(second)
                .commandLine(SectionContent.of("a  b\n\0"))
                .kernelVersion("9.9")
                .sbat(sbat)
                .splash(SectionContent.of(second))
                .microcode(SectionContent.of(second))
                .build(ours);
        assertThat(Files.mismatch(ours, theirs)).isEqualTo(-1);

        String listed = tools.run("ukify", "inspect", tools.inside(ours), "--json", "short");
        for (UkiInspection.Section section : UkiInspection.of(ours).sections()) {
            if (section.isOfUki()) {
                assertThat(listed).contains("\"size\": " + section.size()).contains(section.sha256());
            }
        }
    }

    private Path initrd(String name, int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return Files.write(work.resolve(name), content);
    }
}
