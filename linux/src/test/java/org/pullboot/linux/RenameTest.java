package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RenameTest {
    @TempDir
    private Path directory;

    private Path one;
    private Path other;

    @BeforeEach
    void make() throws IOException {
        one = Files.writeString(directory.resolve("one"), "1");
        other = Files.createDirectory(directory.resolve("other"));
    }

    @Test
    void aNameThatIsTakenStays() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Rename.unlessTaken(one, other))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
        assertThat(one).hasContent("1");
    }

    @Test
    void aFreeNameIsGiven() throws IOException {
        Rename.unlessTaken(one, directory.resolve("new"));

        assertThat(directory.resolve("new")).hasContent("1");
        assertThat(one).doesNotExist();
    }

    @Test
    void aFileAndADirectoryChangeNames() throws IOException {
        Rename.exchange(one, other);

        assertThat(one).isDirectory();
        assertThat(other).hasContent("1");
    }

    @Test
    void whereThereIsNoBtrfsNothingIsMade() throws IOException {
        Path tmpfs = Path.of("/dev/shm");
        Path shared = Files.createTempFile(tmpfs, "pullboot", "");
        try (Directory memory = Directory.open(tmpfs)) {
            byte[] name = "pullboot-no-subvolume".getBytes(StandardCharsets.US_ASCII);

            assertThat(Btrfs.makeSubvolume(memory, name)).isFalse();
            assertThat(Btrfs.readOnly(tmpfs, true)).isFalse();
            assertThat(Btrfs.share(shared, shared)).isFalse();
        } finally {
            Files.delete(shared);
        }
    }

    @Test
    void aDirectoryIsLockedByOne() throws IOException {
        try (Directory first = Directory.open(other)) {
            assertThat(first.tryLock()).isTrue();
            try (Directory second = Directory.open(other)) {
                assertThat(second.tryLock()).isFalse();
            }
        }
        try (Directory third = Directory.open(other)) {
            assertThat(third.tryLock()).isTrue();
            third.syncFileSystem();
        }
    }
}
