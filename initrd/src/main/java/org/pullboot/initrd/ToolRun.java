package org.pullboot.initrd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of this machine and insists that it succeeds. */
final class ToolRun {
    private static final long MINUTES = 10;
    private static final int TAIL_LINES = 12;

    private ToolRun() {}

    /**
     * Runs it with nothing to read and waits.
     *
     * @param what what it does, for messages
     * @return what it printed
     * @throws InitrdException when it fails, with the last lines of what it printed
     */
    static String of(String what, List<String> command) throws IOException {
        Path output = Files.createTempFile("pullboot-", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended;
            try {
                ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new InitrdException(what + " was interrupted", e);
            }
            if (!ended) {
                process.destroyForcibly();
                throw new InitrdException(what + " did not end in " + MINUTES + " minutes: " + tail(output));
            }
            if (process.exitValue() != 0) {
                throw new InitrdException(
                        what + " failed with exit status " + process.exitValue() + ": " + tail(output));
            }
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String tail(Path output) throws IOException {
        List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }
}
