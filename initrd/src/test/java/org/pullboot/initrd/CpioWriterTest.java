package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CpioWriterTest {
    private final FileTree tree = new FileTree();

    private byte[] write() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long size = CpioWriter.write(tree, out);
        assertThat(size).isEqualTo(out.size()).matches(bytes -> bytes % 4 == 0);
        return out.toByteArray();
    }

    @Test
    void writesHeadersNamesAndContentPaddedToFourBytes() throws IOException {
        tree.text("d/f", "hello");
        tree.symlink("l", "d/f");

        String archive = new String(write(), StandardCharsets.ISO_8859_1);

        assertThat(archive)
                .startsWith("070701" + "00000001" + "000041ED" + "00000000".repeat(2) + "00000002"
                        + "00000000".repeat(6) + "00000002" + "00000000" + "d\0")
                .contains("000081A4" + "00000000".repeat(2) + "00000001" + "00000000" + "00000005"
                        + "00000000".repeat(4) + "00000004" + "00000000" + "d/f\0\0\0hello\0\0\0")
                .contains("0000A1FF" + "00000000".repeat(2) + "00000001" + "00000000" + "00000003"
                        + "00000000".repeat(4) + "00000002" + "00000000" + "l\0d/f\0")
                .contains("TRAILER!!!\0");
    }

    @Test
    void theSameTreeGivesTheSameBytesWhateverTheOrderItWasMadeIn(@TempDir Path directory) throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        tree.text("b", "2");
        tree.file("a/script", script);
        byte[] first = write();

        FileTree other = new FileTree();
        other.file("a/script", script);
        other.text("b", "2");
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        CpioWriter.write(other, second);

        assertThat(second.toByteArray()).isEqualTo(first);
        assertThat(new String(first, StandardCharsets.ISO_8859_1)).contains("000081ED");
    }

    @Test
    void refusesAFileThatChangesWhileItIsRead(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "12345");
        tree.file("a", file);
        OutputStream growing = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                Files.writeString(file, "1234567890");
            }
        };

        assertThatThrownBy(() -> CpioWriter.write(tree, growing))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("changed while it was read");
    }
}
