package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real swtpm. */
final class TpmIT {
    @TempDir
    private Path directory;

    @Test
    void tpmListensAndEnds() throws Exception {
        Tpm tpm = Tpm.start(Tpm.find(System.getenv("PATH")), directory, directory);
        try (tpm) {
            assertThat(tpm.socket()).exists();
            assertThat(ProcessHandle.of(tpm.pid())).isPresent();
        }
        assertThat(ProcessHandle.of(tpm.pid())).isEmpty();
    }

    @Test
    void tpmEndsWithItsMachine() throws Exception {
        VmOptions options = VmOptions.kernel(Path.of("/vmlinuz"), "").emulated().tpm(directory.resolve("state"));
        long pid;
        try (VirtualMachine machine =
                VirtualMachine.start(options, OutputStream.nullOutputStream(), script("exec sleep 1000"))) {
            pid = machine.tpmPid().orElseThrow();
            assertThat(ProcessHandle.of(pid)).isPresent();
            assertThat(directory.resolve("state")).isDirectory();
        }
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void tpmThatDoesNotStartSaysWhy() throws Exception {
        Path broken = script("echo 'no such state'; exit 1");
        assertThatThrownBy(() -> Tpm.start(broken, directory, directory))
                .isInstanceOf(VmException.class)
                .hasMessage("swtpm does not start: no such state");
    }

    private Path script(String text) throws Exception {
        Path script = Files.writeString(directory.resolve("qemu"), "#!/bin/sh\n" + text + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
