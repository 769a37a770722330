package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootedPathTest {
    @TempDir
    private Path root;

    @BeforeEach
    void makeSystem() throws IOException {
        Files.createDirectories(root.resolve("usr/lib/systemd"));
        Files.writeString(root.resolve("usr/lib/systemd/systemd"), "");
        Files.createDirectories(root.resolve("usr/sbin"));
        Files.createSymbolicLink(root.resolve("sbin"), Path.of("usr/sbin"));
        Files.createSymbolicLink(root.resolve("lib"), Path.of("/usr/lib"));
    }

    @Test
    void anAbsoluteLinkStartsAtTheSystemsOwnRoot() throws IOException {
        Files.createSymbolicLink(root.resolve("usr/sbin/init"), Path.of("/lib/systemd/systemd"));

        assertThat(RootedPath.resolve(root, "/sbin/init")).contains(root.resolve("usr/lib/systemd/systemd"));
    }

    @Test
    void aRelativeLinkStartsWhereItIs() throws IOException {
        Files.createSymbolicLink(root.resolve("usr/sbin/init"), Path.of("../lib/systemd/systemd"));

        assertThat(RootedPath.resolve(root, "/sbin/init")).contains(root.resolve("usr/lib/systemd/systemd"));
    }

    @Test
    void noNumberOfParentsLeavesTheRoot() throws IOException {
        assertThat(RootedPath.resolve(root, "/../../..//./usr/../../lib/")).contains(root.resolve("usr/lib"));
    }

    @Test
    void aRingOfLinksIsNotThere() throws IOException {
        Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(root.resolve("b"), Path.of("/a"));

        assertThat(RootedPath.resolve(root, "/a")).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotThere() throws IOException {
        assertThat(RootedPath.resolve(root, "/usr/bin/init")).isEmpty();
        assertThat(RootedPath.resolve(root, "/usr/lib/systemd/systemd/x")).isEmpty();
    }

    @Test
    void theRootIsTheRoot() throws IOException {
        assertThat(RootedPath.resolve(root, "/")).contains(root);
    }
}
