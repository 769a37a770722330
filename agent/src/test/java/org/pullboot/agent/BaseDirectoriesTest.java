package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaseDirectoriesTest {
    @TempDir
    private Path root;

    @Test
    void programsAndTheirLoaderAreReachedThroughUsr() throws Exception {
        Files.createDirectories(root.resolve("usr/bin"));
        Files.createDirectories(root.resolve("usr/lib64"));
        Files.createDirectory(root.resolve("lib"));

        BaseDirectories.complete(root);

        assertThat(Files.readSymbolicLink(root.resolve("bin"))).isEqualTo(Path.of("usr/bin"));
        assertThat(Files.readSymbolicLink(root.resolve("lib64"))).isEqualTo(Path.of("usr/lib64"));
        assertThat(root.resolve("lib")).isDirectory();
        assertThat(root.resolve("sbin")).doesNotExist();
    }
}
