package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelModuleTreeTest {
    private static final String VERSION = "6.1.0-1-amd64";

    @TempDir
    private Path root;

    @Test
    void anImageHasItsModulesInUsrOrInLib() throws IOException {
        assertThat(tree().isInImage()).isFalse();
        Files.createDirectories(root.resolve("usr/lib/modules/" + VERSION));
        assertThat(tree().isInImage()).as("an empty directory").isFalse();
        Files.createDirectories(root.resolve("usr/lib/modules/" + VERSION + "/kernel"));
        assertThat(tree().isInImage()).isTrue();
    }

    @Test
    void anImageWithoutMergedUsrHasThemInLib() throws IOException {
        Files.createDirectories(root.resolve("lib/modules/" + VERSION + "/kernel"));

        assertThat(tree().isInImage()).isTrue();
    }

    @Test
    void modulesOfAnotherKernelDoNotCount() throws IOException {
        Files.createDirectories(root.resolve("usr/lib/modules/6.1.0-2-amd64/kernel"));

        assertThat(tree().isInImage()).isFalse();
    }

    @Test
    void archivesMayHoldMoreOrLessOfThePath() throws Exception {
        Path unpacked = root.resolve("unpacked");
        Files.createDirectories(unpacked.resolve(VERSION));
        assertThat(tree().inside(unpacked)).isEqualTo(unpacked.resolve(VERSION));
        Files.createDirectories(unpacked.resolve("lib/modules/" + VERSION));
        assertThat(tree().inside(unpacked)).isEqualTo(unpacked.resolve("lib/modules/" + VERSION));
    }

    @Test
    void anArchiveForAnotherKernelIsAnError() {
        assertThatThrownBy(() -> tree().inside(root))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("none for the running kernel " + VERSION);
    }

    @Test
    void aTreeIsCopiedWithItsLinks() throws IOException {
        Path from = root.resolve("from");
        Files.createDirectories(from.resolve("kernel/net"));
        Files.writeString(from.resolve("kernel/net/a.ko"), "a");
        Files.createSymbolicLink(from.resolve("build"), Path.of("/usr/src/linux"));

        KernelModuleTree.copy(from, root.resolve("to"));

        assertThat(root.resolve("to/kernel/net/a.ko")).hasContent("a");
        assertThat(root.resolve("to/build")).isSymbolicLink();
    }

    private KernelModuleTree tree() {
        return new KernelModuleTree(root, VERSION);
    }
}
