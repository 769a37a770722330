package org.pullboot.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs tools to their end. */
final class Runner {
    private static final int LAST_LINES = 12;

    /**
     * Runs a tool without input.
     *
     * @param purpose what for, as in "could not make the image"
     * @return what it wrote to standard output
     * @throws IOException when it cannot be started or fails, with the last of what it wrote to standard error
     */
    String run(String purpose, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("pullboot", ".out");
        Path err = Files.createTempFile("pullboot", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            int status;
            try {
                status = process.waitFor();
            } catch (InterruptedException e) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
                throw e;
            }
            if (status != 0) {
                throw new IOException("could not " + purpose + ": " + command.get(0) + " ended with status " + status
                        + "; its last words:\n" + tail(err));
            }
            return Files.readString(out);
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    private static String tail(Path file) throws IOException {
        // Tools write in any encoding; this one never fails to decode.
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
