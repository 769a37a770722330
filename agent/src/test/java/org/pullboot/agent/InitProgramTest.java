package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InitProgramTest {
    @TempDir
    private Path root;

    @Test
    void theUsualPlacesAreTriedInOrder() throws Exception {
        program("usr/lib/systemd/systemd");
        program("init");
        Files.createDirectories(root.resolve("sbin"));
        Files.createSymbolicLink(root.resolve("sbin/init"), Path.of("/usr/lib/systemd/systemd"));

        assertThat(InitProgram.candidates(root, Optional.empty()))
                .containsExactly("/sbin/init", "/usr/lib/systemd/systemd", "/init");
    }

    @Test
    void aLinkToNothingAFileAndADirectoryAreNoPrograms() throws Exception {
        Files.createDirectories(root.resolve("sbin"));
        Files.createSymbolicLink(root.resolve("sbin/init"), Path.of("/nowhere"));
        Files.createDirectories(root.resolve("init"));
        Files.createDirectories(root.resolve("bin"));
        Files.writeString(root.resolve("bin/init"), "not executable");

        assertThatThrownBy(() -> InitProgram.candidates(root, Optional.empty()))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("the image has no program to start, neither /sbin/init nor ");
    }

    @Test
    void whatWasAskedForIsTheOnlyOne() throws Exception {
        program("init");
        program("opt/mine");

        assertThat(InitProgram.candidates(root, Optional.of("/opt/mine"))).containsExactly("/opt/mine");
    }

    @Test
    void whatWasAskedForMustBeThere() throws Exception {
        program("init");

        assertThatThrownBy(() -> InitProgram.candidates(root, Optional.of("/opt/mine")))
                .isInstanceOf(AgentException.class)
                .hasMessage("the image has no program /opt/mine: correct init= on the kernel command line");
    }

    private void program(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
