package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KmsgTest {
    @TempDir
    private Path directory;

    @Test
    void aRecordHasItsLevelAndEndsItsLine() throws IOException {
        assertThat(written("hello")).isEqualTo("<6>hello\n");
    }

    @Test
    void longTextBecomesSeveralRecordsWithoutSplittingACharacter() throws IOException {
        String text = "é".repeat(1000);

        String[] records = written(text).split("\n");

        assertThat(records).hasSize(3).allSatisfy(record -> assertThat(record).startsWith("<6>"));
        assertThat(records)
                .allSatisfy(record ->
                        assertThat(record.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(903));
        assertThat(String.join("", records).replace("<6>", "")).isEqualTo(text);
    }

    private String written(String text) throws IOException {
        Path file = directory.resolve("kmsg");
        try (Kmsg kmsg = Kmsg.open(file)) {
            kmsg.write(Kmsg.Level.INFO, text);
        }
        return Files.readString(file);
    }
}
