package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileHandleTest {
    @TempDir
    Path directory;

    @Test
    void statusIsWhatTheJdkSaysOfTheName() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "hello");
        Files.createLink(directory.resolve("b"), file);

        try (FileHandle handle = FileHandle.open(file)) {
            FileStatus status = handle.status();

            assertThat(status.size()).isEqualTo(5);
            assertThat(status.links()).isEqualTo(2);
            assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
            assertThat(status.modified()).isEqualTo(nanos(Files.getLastModifiedTime(file)));
            assertThat(status.changed()).isEqualTo(nanos((FileTime) Files.getAttribute(file, "unix:ctime")));
        }
    }

    @Test
    void aHandleStaysOnTheFileWhenItsNameGoesToAnother() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "old");

        try (FileHandle handle = FileHandle.open(file)) {
            long inode = handle.status().inode();
            Path next = Files.writeString(directory.resolve("a.new"), "newer");
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);

            assertThat(handle.status().inode()).isEqualTo(inode);
            assertThat(handle.status().size()).isEqualTo(3);
            assertThat(handle.status().links()).isZero();
            ByteBuffer bytes = ByteBuffer.allocate(3);
            try (FileChannel channel = handle.channel()) {
                channel.read(bytes, 0);
            }
            assertThat(new String(bytes.array(), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("old");
        }
    }

    @Test
    void aWriterIsSeenWhileItHasTheFileOpen() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "x");

        try (FileHandle handle = FileHandle.open(file)) {
            try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
                assertThat(writer.isOpen()).isTrue();
                assertThat(handle.openForWriting()).isTrue();
            }
            assertThat(handle.openForWriting()).isFalse();
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> FileHandle.open(directory.resolve("none")))
                .isInstanceOf(LinuxException.class)
                .hasMessageEndingWith("none: No such file or directory (ENOENT)");
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }
}
