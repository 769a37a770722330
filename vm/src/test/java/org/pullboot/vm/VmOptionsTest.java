package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VmOptionsTest {
    @TempDir
    private Path directory;

    @Test
    void formatOfADiskIsSeenFromItsContent() throws IOException {
        Path raw = Files.write(directory.resolve("a.qcow2"), new byte[512]);
        Path qcow2 = Files.write(directory.resolve("b.raw"), HexFormat.of().parseHex("514649fb00000003"));
        assertThat(Disk.of(raw).format()).isEqualTo("raw");
        assertThat(Disk.of(qcow2).format()).isEqualTo("qcow2");
        assertThat(Disk.of(Files.createFile(directory.resolve("empty"))).format())
                .isEqualTo("raw");
        assertThatThrownBy(() -> Disk.of(directory.resolve("absent"))).isInstanceOf(VmException.class);
    }

    @Test
    void portForwardIsTwoPorts() {
        assertThat(PortForward.parse("2222:22")).isEqualTo(new PortForward(2222, 22));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "22", "22:", ":22", "a:22", "0:22", "22:65536", "1:2:3"})
    void otherPortForwardsAreRefused(String text) {
        assertThatThrownBy(() -> PortForward.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void machineWithoutMemoryProcessorsOrTextIsRefused() {
        assertThatThrownBy(() -> VmOptions.firmware().memory(0)).hasMessageContaining("memory");
        assertThatThrownBy(() -> VmOptions.firmware().cpus(0)).hasMessageContaining("processors");
        assertThatThrownBy(() -> VmOptions.firmware().expect(" ")).hasMessageContaining("empty");
    }

    @Test
    void missingQemuNamesThePackage() {
        assertThatThrownBy(() -> Qemu.find(GuestArchitecture.X86_64, directory + "::/absent"))
                .isInstanceOf(VmException.class)
                .hasMessageContaining("qemu-system-x86");
    }
}
