package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryTest {
    @TempDir
    private Path directory;

    @Test
    void bothNumbersAreReadInBytes() throws IOException {
        Path meminfo =
                file("MemTotal:         494776 kB\nMemFree:  1 kB\nMemAvailable:     301872 kB\nBuffers: 0 kB\n");

        assertThat(Memory.read(meminfo)).isEqualTo(new Memory(494776L * 1024, 301872L * 1024));
    }

    @Test
    void thePeakIsReadFromWhereverItsLineIs() throws IOException {
        assertThat(Memory.peakResident(file("Name:\tjava\nVmHWM:\t   78012 kB\nThreads:\t9\n")))
                .isEqualTo(78012L * 1024);
    }

    @Test
    void aMissingLineIsNamed() throws IOException {
        Path meminfo = file("MemTotal: 5 kB\n");

        assertThatThrownBy(() -> Memory.read(meminfo))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(" has no line 'MemAvailable:'");
    }

    @Test
    void aLineWithoutNumberIsAnError() throws IOException {
        Path status = file("VmHWM:\tmuch\n");

        assertThatThrownBy(() -> Memory.peakResident(status))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(" has no number in its line 'VmHWM:'");
    }

    @Test
    void theKernelsOwnFilesAreUnderstood() throws IOException {
        Memory memory = Memory.read(Memory.MEMINFO);

        assertThat(memory.available()).isPositive().isLessThanOrEqualTo(memory.total());
        assertThat(Memory.peakResident(Memory.SELF_STATUS)).isPositive().isLessThan(memory.total());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("file"), content);
    }
}
