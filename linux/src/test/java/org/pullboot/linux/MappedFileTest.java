package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MappedFileTest {
    private static final int BYTES = 300_000;

    @TempDir
    Path directory;

    @Test
    void whatIsInThePageCacheIsSeenThere() throws IOException {
        byte[] content = new byte[BYTES];
        new Random(3).nextBytes(content);
        Path path = Files.write(directory.resolve("a"), content);
        try (BlockFile file = BlockFile.openReadOnly(path)) {
            MappedFile mapped = Optional.ofNullable(file.map()).orElseThrow();

            for (int offset : new int[] {0, 1, 4095, 131_071, BYTES - 10_000}) {
                ByteBuffer seen =
                        Optional.ofNullable(mapped.now(offset, 10_000)).orElseThrow();
                byte[] bytes = new byte[10_000];
                seen.get(bytes);
                assertThat(bytes).isEqualTo(Arrays.copyOfRange(content, offset, offset + 10_000));
            }
        }
    }

    @Test
    void beyondTheEndThereIsNothing() throws IOException {
        Path path = Files.write(directory.resolve("a"), new byte[BYTES]);
        try (BlockFile file = BlockFile.openReadOnly(path)) {
            MappedFile mapped = Optional.ofNullable(file.map()).orElseThrow();

            assertThat(mapped.now(BYTES - 10, 11)).isNull();
            assertThat(mapped.now(1L << 40, 1)).isNull();
        }
    }

    @Test
    void anEmptyFileCannotBeMapped() throws IOException {
        Path path = Files.createFile(directory.resolve("a"));
        try (BlockFile file = BlockFile.openReadOnly(path)) {
            assertThat(file.map()).isNull();
        }
    }
}
