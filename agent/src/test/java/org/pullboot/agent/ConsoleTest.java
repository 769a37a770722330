package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConsoleTest {
    @TempDir
    private Path directory;

    private Path kmsg;
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @BeforeEach
    void noLogYet() {
        kmsg = directory.resolve("kmsg");
    }

    @Test
    void whatTheKernelShowsIsNotWrittenTwice() throws IOException {
        Console console = console("7\t4\t1\t7\n");

        console.step("network up");
        console.warn("slow");
        console.failure("no image");

        assertThat(Files.readString(kmsg))
                .isEqualTo("<6>pullboot: network up\n<4>pullboot: warning: slow\n<2>pullboot: error: no image\n");
        assertThat(screen()).isEmpty();
    }

    @Test
    void whatAQuietKernelHidesIsWrittenToTheConsole() throws IOException {
        Console console = console("4\t4\t1\t7\n");

        console.step("network up");
        console.failure("no image");

        assertThat(screen()).isEqualTo("pullboot: network up\r\n");
        assertThat(Files.readString(kmsg)).contains("<6>pullboot: network up\n", "<2>pullboot: error: no image\n");
    }

    @Test
    void aFailureIsSeenOnTheMostQuietConsole() throws IOException {
        console("1\t4\t1\t7\n").failure("no image");

        assertThat(screen()).isEqualTo("pullboot: error: no image\r\n");
    }

    @Test
    void withoutKernelLogEverythingIsWrittenToTheConsole() {
        Console console = Console.open(screen, directory.resolve("no/kmsg"), directory.resolve("no/printk"));

        console.step("on we go");

        assertThat(screen()).contains("pullboot: warning: no kernel log: ").endsWith("pullboot: on we go\r\n");
    }

    @Test
    void aConsoleThatCannotBeWrittenToFailsNothing() {
        Console console = Console.early(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no such device");
            }
        });

        console.failure("nobody reads this");
    }

    @Test
    void aTraceHasALineForEachFrame() {
        Console.early(screen).trace(new IllegalStateException("broken"));

        assertThat(screen())
                .startsWith("pullboot: java.lang.IllegalStateException: broken\r\n")
                .contains("pullboot: \tat ");
    }

    private Console console(String printk) throws IOException {
        return Console.open(screen, kmsg, Files.writeString(directory.resolve("printk"), printk));
    }

    private String screen() {
        return screen.toString(StandardCharsets.UTF_8);
    }
}
