package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileTreeTest {
    private final FileTree tree = new FileTree();

    @Test
    void makesDirectoriesAndKeepsThemBeforeTheirContent() {
        tree.text("usr/lib/a/b", "");
        tree.text("usr/lib-x", "");
        tree.text("etc/hosts", "");

        assertThat(tree.nodes().keySet())
                .containsExactly("etc", "etc/hosts", "usr", "usr/lib", "usr/lib-x", "usr/lib/a", "usr/lib/a/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc", "a//b", "../a", "a/..", "./a", "a/"})
    void refusesPathsThatAreNoneInsideAnArchive(String path) {
        assertThatThrownBy(() -> tree.text(path, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesASecondFileAndAFileAsDirectory() {
        tree.text("a", "1");

        assertThatThrownBy(() -> tree.text("a", "2")).hasMessageContaining("'a' is in the archive already");
        assertThatThrownBy(() -> tree.text("a/b", "2")).hasMessageContaining("'a' is no directory");
    }
}
