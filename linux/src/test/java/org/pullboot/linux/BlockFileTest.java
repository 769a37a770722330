package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlockFileTest {
    @TempDir
    Path directory;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        try (BlockFile file = BlockFile.create(directory.resolve("a"))) {
            ByteBuffer from = direct("hello");
            file.write(from, 3);
            assertThat(from.hasRemaining()).isFalse();
            assertThat(file.size()).isEqualTo(8);

            ByteBuffer into = ByteBuffer.allocateDirect(10).position(2).limit(7);
            file.read(into, 3);
            assertThat(into.position()).isEqualTo(7);
            assertThat(text(into.position(2))).isEqualTo("hello");
            file.syncData();
            file.sync();
        }
        BlockFile.syncDirectory(directory);
        assertThat(directory.resolve("a")).hasBinaryContent(new byte[] {0, 0, 0, 'h', 'e', 'l', 'l', 'o'});
    }

    @Test
    void readingNowEitherReadsAllOrMovesNothing() throws IOException {
        try (BlockFile file = BlockFile.create(directory.resolve("a"))) {
            file.write(direct("hello"), 0);

            ByteBuffer into = ByteBuffer.allocateDirect(5);
            if (file.readNow(into, 0)) {
                assertThat(text(into.flip())).isEqualTo("hello");
            } else {
                assertThat(into.position()).isZero();
            }
            assertThat(file.readNow(into.clear(), 1)).isFalse();
            assertThat(into.position()).isZero();
        }
    }

    @Test
    void theEndOfTheFileIsAnError() throws IOException {
        try (BlockFile file = BlockFile.create(directory.resolve("a"))) {
            file.write(direct("hello"), 0);
            assertThatThrownBy(() -> file.read(ByteBuffer.allocateDirect(5), 1))
                    .isInstanceOfSatisfying(
                            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODATA));
        }
    }

    @Test
    void aHoleReadsAsZeroesAndTakesNoRoom() throws IOException {
        try (BlockFile file = BlockFile.create(directory.resolve("a"))) {
            ByteBuffer ones = ByteBuffer.allocateDirect(1 << 16);
            while (ones.hasRemaining()) {
                ones.put((byte) 1);
            }
            file.write(ones.flip(), 0);
            file.sync();
            long before = file.allocated();

            if (file.punch(4096, 8192)) {
                assertThat(file.allocated()).isLessThan(before);
                assertThat(file.size()).isEqualTo(1 << 16);
                ByteBuffer into = ByteBuffer.allocateDirect(1);
                file.read(into, 12287);
                assertThat(into.get(0)).isZero();
                file.read(into.clear(), 12288);
                assertThat(into.get(0)).isEqualTo((byte) 1);
            }
        }
    }

    @Test
    void allocatingMakesTheFileLonger() throws IOException {
        try (BlockFile file = BlockFile.create(directory.resolve("a"))) {
            if (file.allocate(0, 1 << 20)) {
                assertThat(file.size()).isEqualTo(1 << 20);
                assertThat(file.allocated()).isGreaterThanOrEqualTo(1 << 20);
            }
            file.resize(4096);
            assertThat(file.size()).isEqualTo(4096);
        }
    }

    @Test
    void oneHasTheLockUntilItCloses() throws IOException {
        Path path = directory.resolve("lock");
        try (BlockFile second = BlockFile.openOrCreate(path)) {
            try (BlockFile first = BlockFile.openOrCreate(path)) {
                assertThat(first.tryLock()).isTrue();
                assertThat(second.tryLock()).isFalse();
            }
            assertThat(second.tryLock()).isTrue();
        }
    }

    @Test
    void aClosedFileIsNeitherReadNorWritten() throws IOException {
        Path path = directory.resolve("a");
        BlockFile file = BlockFile.create(path);
        file.write(direct("hello"), 0);
        file.close();
        file.close();
        try (BlockFile next = BlockFile.openReadWrite(path)) {
            assertThat(next.path()).isEqualTo(path);
            assertThat(file.readNow(ByteBuffer.allocateDirect(5), 0)).isFalse();
            assertThatThrownBy(() -> file.read(ByteBuffer.allocateDirect(5), 0)).isInstanceOf(LinuxException.class);
            assertThatThrownBy(() -> file.write(direct("other"), 0)).isInstanceOf(LinuxException.class);
            assertThatThrownBy(file::syncData).isInstanceOf(LinuxException.class);
        }
        assertThat(Files.readString(path)).isEqualTo("hello");
    }

    @Test
    void aFileOpenedForReadingIsNotWritten() throws IOException {
        Path path = Files.writeString(directory.resolve("a"), "hello");
        try (BlockFile file = BlockFile.openReadOnly(path)) {
            assertThatThrownBy(() -> file.write(direct("other"), 0))
                    .isInstanceOfSatisfying(
                            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> BlockFile.openReadWrite(directory.resolve("none")))
                .hasMessageEndingWith("none: No such file or directory (ENOENT)");
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.US_ASCII.decode(bytes).toString();
    }
}
