package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StubTest {
    @TempDir
    private Path directory;

    @Test
    void isFoundByArchitectureInTheFirstDirectoryThatHasOne() throws IOException {
        Path file = write("linuxx64.efi.stub", PeFixture.stub());
        Stub stub = Stub.find(EfiArchitecture.X64, List.of(directory.resolve("absent"), directory));
        assertThat(stub).isEqualTo(new Stub(file, EfiArchitecture.X64, "262.1-1"));
        assertThat(stub.tellsUrl()).isTrue();
    }

    @Test
    void missingStubNamesThePackage() {
        assertThatThrownBy(() -> Stub.find(EfiArchitecture.AA64, List.of(directory)))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("linuxaa64.efi.stub")
                .hasMessageContaining("systemd-boot-efi");
    }

    @Test
    void oldStubsTellNoUrlAndVeryOldOnesAreRefused() throws IOException {
        assertThat(Stub.read(write("new", marked("systemd-stub 257.13-1")), EfiArchitecture.X64)
                        .tellsUrl())
                .isFalse();
        assertThat(Stub.read(write("edge", marked("systemd-stub 258~rc1")), EfiArchitecture.X64)
                        .tellsUrl())
                .isTrue();
        Path old = write("old", marked("systemd-stub 251.4"));
        assertThatThrownBy(() -> Stub.read(old, EfiArchitecture.X64)).hasMessageContaining("252 or newer");
    }

    @Test
    void stubForAnotherProcessorIsRefused() throws IOException {
        Path file = write("stub", PeFixture.stub().machine(0xAA64));
        assertThatThrownBy(() -> Stub.read(file, EfiArchitecture.X64))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("expected x64, found aa64");
    }

    @Test
    void programWithoutAMarkIsTaken() throws IOException {
        Stub stub = Stub.read(write("own", new PeFixture().section(".text", "x", 0x200)), EfiArchitecture.X64);
        assertThat(stub.version()).isEmpty();
    }

    private static PeFixture marked(String mark) {
        return new PeFixture()
                .section(".text", "x", 0x200)
                .section(".sdmagic", "#### LoaderInfo: " + mark + " ####\0", 0x200);
    }

    private Path write(String name, PeFixture fixture) throws IOException {
        return Files.write(directory.resolve(name), fixture.bytes());
    }
}
