package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real QEMU. */
final class AcceleratorIT {
    @TempDir
    private Path directory;

    @Test
    void probeRunsOnAProcessorThatWorks() throws Exception {
        Path qemu = Qemu.find(GuestArchitecture.X86_64, System.getenv("PATH"));
        assertThat(Accelerator.probe(qemu, directory, Accelerator.TCG, "max")).isTrue();
    }
}
