package org.pullboot.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the differential test does not see: machines that have none of upstream's units, and where the words come from. */
final class GeneratorTest {
    private static final String ONE = "systemd-import@var-lib-machines-a.raw.service";

    @TempDir
    private Path root;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();

    @Test
    void nothingToPullLeavesNothingBehind() throws IOException {
        assertThat(run("quiet root=/dev/vda1")).isZero();

        assertThat(root.resolve("normal")).doesNotExist();
        assertThat(root.resolve("late")).doesNotExist();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void anotherNumberOfDirectoriesIsWrongUsage() {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertThat(Generator.run(List.of("a"), Map.of(), root, stream)).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error: expected three directories");
    }

    @Test
    void aSystemdWithoutImportsTargetGetsOneThatOthersTakePrecedenceOver() throws IOException {
        assertThat(run("systemd.pull=raw,machine,blockdev:a:http://h/x")).isZero();

        assertThat(late("imports-pre.target").units("Before")).containsExactly("imports.target");
        assertThat(late("imports.target").last("DefaultDependencies")).isEmpty();
        assertThat(Files.readSymbolicLink(root.resolve("late/sysinit.target.wants/imports.target")))
                .hasToString("../imports.target");
        assertThat(late("systemd-loop@.service").last("ExecStart")).isEqualTo("/usr/lib/pullboot/loop attach %f");
        assertThat(normal(ONE).last("OnSuccess")).isEqualTo("systemd-loop@var-lib-machines-a.raw.service");
    }

    @Test
    void sysinitDoesNotWaitForDownloadsWhereTheNetworkWaitsForSysinit() throws IOException {
        Path units = Files.createDirectories(root.resolve("usr/lib/systemd/system"));
        Files.writeString(
                units.resolve("NetworkManager-wait-online.service"), "[Unit]\nBefore=network-online.target\n");
        Path wants = Files.createDirectories(root.resolve("etc/systemd/system/network-online.target.wants"));
        Files.createSymbolicLink(
                wants.resolve("NetworkManager-wait-online.service"),
                Path.of("/usr/lib/systemd/system/NetworkManager-wait-online.service"));

        assertThat(run("systemd.pull=raw,machine:a:http://h/x")).isZero();

        assertThat(late("imports.target").last("DefaultDependencies")).isEqualTo("no");
        assertThat(late("imports.target").units("Before")).contains("machines.target", "multi-user.target");
        assertThat(root.resolve("late/sysinit.target.wants")).doesNotExist();
        assertThat(root.resolve("late/multi-user.target.wants/imports.target")).isSymbolicLink();

        Files.writeString(units.resolve("NetworkManager-wait-online.service"), "[Unit]\nDefaultDependencies=no\n");
        assertThat(new SystemUnits(root).networkIsLate()).isFalse();
    }

    @Test
    void aPullThatFailsIsTriedAgainUnlessTheMachineIsToDoSomethingElse() throws IOException {
        Path units = Files.createDirectories(root.resolve("usr/lib/systemd/system"));
        assertThat(run("systemd.pull=raw,machine:a:http://h/x")).isZero();
        assertThat(normal(ONE).last("Restart")).isEqualTo("on-failure");
        assertThat(normal(ONE).last("StartLimitBurst")).isEqualTo("20");
        assertThat(normal(ONE).last("RestartSteps"))
                .as("unknown before version 254")
                .isEmpty();

        clean();
        Files.createFile(units.resolve("soft-reboot.target"));
        assertThat(run("systemd.pull=raw,machine:a:http://h/x systemd.pull.failure_action=none"))
                .isZero();
        assertThat(normal(ONE).last("RestartSteps")).isEqualTo("6");

        clean();
        assertThat(run("systemd.pull=raw,machine:a:http://h/x systemd.pull.failure_action=reboot"))
                .isZero();
        assertThat(normal(ONE).last("Restart")).isEmpty();
        assertThat(normal(ONE).last("FailureAction")).isEqualTo("reboot");
    }

    @Test
    void whatIsThereAlreadyIsNotPulledAtEveryBoot() throws IOException {
        assertThat(
                        run(
                                "systemd.pull=raw,machine:a:http://h/x systemd.pull=tar,machine:b%c:http://h/x"
                                        + " systemd.pull=tar,machine:d\\\\:http://h/x systemd.pull=raw,machine,runtime=yes:e:http://h/x"))
                .isZero();

        assertThat(normal(ONE).settings().get("ConditionPathExists"))
                .contains("!/var/lib/machines/a.raw", "!/run/machines/a.raw", "!/usr/lib/machines/a.raw");
        assertThat(normal(ONE).last("RequiresMountsFor")).isEqualTo("/var/lib/machines");
        assertThat(normal("systemd-import@var-lib-machines-b\\x25c.service")
                        .settings()
                        .get("ConditionPathExists"))
                .contains("!/var/lib/machines/b%%c");
        assertThat(normal("systemd-import@var-lib-machines-d\\x5c.service")
                        .settings()
                        .get("ConditionPathExists"))
                .as("a backslash at the end of a line would join the next to it")
                .allMatch(path -> path.endsWith("/d\\.raw"));
        assertThat(normal("systemd-import@run-machines-e.raw.service").last("RequiresMountsFor"))
                .isEmpty();
    }

    @Test
    void descriptionsShowNoPassword() throws IOException {
        assertThat(run("systemd.pull=raw,machine:a:http://user:secret@h/100%41"))
                .isZero();

        assertThat(normal(ONE).last("Description")).isEqualTo("Download of http://h/100%%41");
        assertThat(normal(ONE).command())
                .containsExactly(
                        "/usr/bin/pullboot",
                        "pull",
                        "raw,machine,verify=signature,rw,runtime=no:a:http://user:secret@h/100%41");
    }

    @Test
    void theCommandLineIsTheKernelsAndInAContainerThatOfItsInit() throws IOException {
        Files.createDirectories(root.resolve("proc/1"));
        Files.writeString(root.resolve("proc/cmdline"), "systemd.pull=raw,machine:a:http://h/x\n");
        Files.writeString(root.resolve("proc/1/cmdline"), "/sbin/init\0systemd.pull=raw,machine:b:http://h/x\0");

        assertThat(run(null)).isZero();
        assertThat(root.resolve("normal")).isDirectoryContaining("glob:**machines-a.raw.service");

        clean();
        environment.put("SYSTEMD_VIRTUALIZATION", "container:lxc");
        assertThat(run(null)).isZero();
        assertThat(root.resolve("normal")).isDirectoryContaining("glob:**machines-b.raw.service");
        assertThat(root.resolve("normal")).isDirectoryNotContaining("glob:**machines-a.raw.service");
    }

    @Test
    void anInitrdIsKnownByItsReleaseFileAndTheVariableOverridesIt() throws IOException {
        String line = "systemd.pull=raw,machine:a:http://h/x rd.systemd.pull=raw,machine:b:http://h/x";
        Files.createDirectories(root.resolve("etc"));
        Files.createFile(root.resolve("etc/initrd-release"));
        assertThat(run(line)).isZero();
        assertThat(root.resolve("normal/systemd-import@run-machines-b.raw.service"))
                .exists();

        clean();
        environment.put("SYSTEMD_IN_INITRD", "0");
        assertThat(run(line)).isZero();
        assertThat(root.resolve("normal/" + ONE)).exists();
    }

    @Test
    void credentialsAreFoundWhereSystemdKeepsThem() throws IOException {
        Path credentials = Files.createDirectories(root.resolve("run/credentials/@system"));
        Files.writeString(credentials.resolve("import.pull"), "raw,machine:a:http://h/x\n");
        assertThat(run("quiet")).isZero();
        assertThat(root.resolve("normal/" + ONE)).exists();
    }

    @Test
    void aUnitThatIsThereIsKeptAndTheOthersAreMade() throws IOException {
        Files.createDirectories(root.resolve("normal"));
        Files.writeString(root.resolve("normal/" + ONE), "mine");

        assertThat(run("systemd.pull=raw,machine:a:http://h/x systemd.pull=raw,machine:b:http://h/x"))
                .isEqualTo(1);

        assertThat(root.resolve("normal/" + ONE)).hasContent("mine");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(ONE).contains("already");
        assertThat(root.resolve("normal/systemd-import@var-lib-machines-b.raw.service"))
                .exists();
        assertThat(root.resolve("normal")).isDirectoryNotContaining("glob:**/.#*");
    }

    private int run(@Nullable String commandLine) {
        Map<String, String> all = new HashMap<>(environment);
        if (commandLine != null) {
            all.put("SYSTEMD_PROC_CMDLINE", commandLine);
        }
        return Generator.run(
                List.of(
                        root.resolve("normal").toString(),
                        root.resolve("early").toString(),
                        root.resolve("late").toString()),
                all,
                root,
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private ParsedUnit normal(String name) throws IOException {
        return ParsedUnit.of(Files.readString(root.resolve("normal").resolve(name)));
    }

    private ParsedUnit late(String name) throws IOException {
        return ParsedUnit.of(Files.readString(root.resolve("late").resolve(name)));
    }

    private void clean() throws IOException {
        for (String directory : List.of("normal", "late")) {
            try (Stream<Path> files = Files.walk(root.resolve(directory))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
