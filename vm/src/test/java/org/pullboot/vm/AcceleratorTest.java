package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell scripts stand in for QEMU. */
final class AcceleratorTest {
    @TempDir
    private Path directory;

    @Test
    void machineThatEndsItselfWorks() throws Exception {
        assertThat(probe("exit 33")).isTrue();
    }

    @Test
    void machineThatCannotStartDoesNot() throws Exception {
        assertThat(probe("echo 'failed to initialize kvm' >&2; exit 1")).isFalse();
    }

    @Test
    void machineThatStopsOnAnInternalErrorDoesNotAndIsNotWaitedFor() throws Exception {
        assertThat(probe("echo 'KVM internal error. Suberror: 1' >&2; exec sleep 1000"))
                .isFalse();
    }

    private boolean probe(String script) throws IOException, InterruptedException {
        Path qemu = Files.writeString(directory.resolve("qemu"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(qemu, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Accelerator.probe(qemu, directory, Accelerator.KVM, "host");
    }
}
