package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs the real tools that our formats are measured by. */
final class Tools {
    private Tools() {}

    /** Runs a command with these bytes as its input and gives its output back. */
    static byte[] run(byte[] input, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        Thread feeder = Thread.ofPlatform().start(() -> {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        Thread listener = Thread.ofPlatform().start(() -> {
            try (var stderr = process.getErrorStream()) {
                stderr.transferTo(complaints);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        process.getInputStream().transferTo(output);
        feeder.join();
        listener.join();
        assertThat(process.waitFor())
                .as("exit status of %s, which said: %s", List.of(command), complaints.toString(StandardCharsets.UTF_8))
                .isZero();
        return output.toByteArray();
    }

    /** Runs a shell script in a directory. */
    static String shell(Path directory, String script) throws IOException, InterruptedException {
        String full = "set -e; cd '" + directory + "'; " + script;
        return new String(run(new byte[0], "bash", "-c", full), StandardCharsets.UTF_8);
    }
}
