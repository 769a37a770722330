package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.uefi.BootUri;

/** A shell script stands in for QEMU. */
final class VirtualMachineTest {
    private static final String WAIT = "exec sleep 1000";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    @Test
    void expectedTextEndsTheMachine() throws Exception {
        VirtualMachine machine =
                start("printf 'lo'; printf 'gin: '; " + WAIT, options().expect("login:"));
        try (machine) {
            assertThat(machine.await()).isInstanceOf(VmOutcome.Expected.class);
            assertThat(ProcessHandle.of(machine.pid())).isEmpty();
            assertThat(console.toString(StandardCharsets.UTF_8)).isEqualTo("login: ");
        }
        assertThat(machine.directory()).doesNotExist();
    }

    @Test
    void panicEndsTheMachineWithWhatFollows() throws Exception {
        try (VirtualMachine machine = start(
                "echo 'Kernel panic - not syncing: why'; echo trace; " + WAIT,
                options().expect("login:"))) {
            assertThat(machine.await()).isEqualTo(new VmOutcome.Panicked("Kernel panic - not syncing: why"));
            assertThat(console.toString(StandardCharsets.UTF_8)).endsWith("trace\n");
        }
    }

    @Test
    void timeOutEndsTheMachine() throws Exception {
        Duration limit = Duration.ofMillis(50);
        try (VirtualMachine machine = start(WAIT, options().timeout(limit))) {
            assertThat(machine.await()).isEqualTo(new VmOutcome.TimedOut(limit));
            assertThat(ProcessHandle.of(machine.pid())).isEmpty();
        }
    }

    @Test
    void machineThatIgnoresItsEndIsKilled() throws Exception {
        try (VirtualMachine machine = start(
                "trap '' TERM; echo ready; while :; do sleep 0.1; done",
                options().expect("ready"))) {
            assertThat(machine.await()).isInstanceOf(VmOutcome.Expected.class);
            assertThat(ProcessHandle.of(machine.pid())).isEmpty();
        }
    }

    @Test
    void endOfTheGuestIsTold() throws Exception {
        try (VirtualMachine machine = start("echo bye", options())) {
            assertThat(machine.await()).isEqualTo(new VmOutcome.Exited(0, ""));
            assertThat(console.toString(StandardCharsets.UTF_8)).isEqualTo("bye\n");
        }
    }

    @Test
    void failureOfQemuIsToldWithItsWords() throws Exception {
        try (VirtualMachine machine = start("echo 'no such device' >&2; exit 3", options())) {
            VmOutcome outcome = machine.await();
            assertThat(outcome).isEqualTo(new VmOutcome.Exited(3, "no such device\n"));
            assertThat(outcome.message()).isEqualTo("QEMU ended with status 3: no such device");
        }
    }

    @Test
    void guestThatTheProcessorCannotRunIsNotWaitedFor() throws Exception {
        try (VirtualMachine machine = start("echo 'KVM internal error. Suberror: 1' >&2; " + WAIT, options())) {
            assertThat(machine.await().message()).contains("KVM internal error");
        }
    }

    @Test
    void consoleThatCannotBeWrittenIsAnError() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        try (VirtualMachine machine = VirtualMachine.start(options(), broken, script("echo x; " + WAIT))) {
            assertThatThrownBy(machine::await).isInstanceOf(IOException.class).hasMessageContaining("broken pipe");
            assertThat(ProcessHandle.of(machine.pid())).isEmpty();
        }
    }

    @Test
    void consoleThatFailsInAnyWayIsAnError() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) {
                throw new IllegalStateException("closed");
            }
        };
        try (VirtualMachine machine = VirtualMachine.start(options(), broken, script("echo x; " + WAIT))) {
            assertThatThrownBy(machine::await).isInstanceOf(IOException.class);
        }
    }

    @Test
    void closingEndsAMachineThatNobodyAwaits() throws Exception {
        VirtualMachine machine = start(WAIT, options());
        machine.close();
        machine.close();
        assertThat(ProcessHandle.of(machine.pid())).isEmpty();
        assertThat(machine.directory()).doesNotExist();
    }

    @Test
    void programThatEndsTakesItsMachineWithIt() throws Exception {
        String classes = Path.of(VirtualMachine.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        String uefi = Path.of(BootUri.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(":", classes, "target/test-classes", uefi),
                        AbandonedMachine.class.getName(),
                        script(WAIT).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] told = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        assertThat(program.waitFor()).isZero();
        assertThat(told).hasSize(2);
        assertThat(ProcessHandle.of(Long.parseLong(told[0]))).isEmpty();
        assertThat(Path.of(told[1])).doesNotExist();
    }

    private static VmOptions options() {
        return VmOptions.kernel(Path.of("/vmlinuz"), "console=ttyS0").emulated();
    }

    private VirtualMachine start(String script, VmOptions options) throws Exception {
        return VirtualMachine.start(options, console, script(script));
    }

    private Path script(String text) throws IOException {
        Path script = Files.writeString(directory.resolve("qemu"), "#!/bin/sh\n" + text + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
