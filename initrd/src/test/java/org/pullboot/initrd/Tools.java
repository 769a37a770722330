package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs the machine's own tools, which know the formats better. */
final class Tools {
    private Tools() {}

    /** What a tool that must succeed prints. */
    static String run(Path directory, String... command) throws IOException {
        return new String(pipeIn(directory, new byte[0], command), StandardCharsets.UTF_8);
    }

    /** What a tool makes of its input. */
    static byte[] pipe(byte[] input, String... command) throws IOException {
        return pipeIn(Path.of("/"), input, command);
    }

    static byte[] pipeIn(Path directory, byte[] input, String... command) throws IOException {
        Path in = Files.createTempFile("pullboot-test", ".in");
        Path errors = Files.createTempFile("pullboot-test", ".err");
        try {
            Files.write(in, input);
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(in.toFile())
                    .redirectError(errors.toFile())
                    .start();
            byte[] output = process.getInputStream().readAllBytes();
            try {
                assertThat(process.waitFor())
                        .as("%s: %s", String.join(" ", command), Files.readString(errors))
                        .isZero();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            return output;
        } finally {
            Files.delete(in);
            Files.delete(errors);
        }
    }
}
