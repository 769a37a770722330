package org.pullboot.generator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The credential {@code import.pull}: one pull expression a line, lines with a # before them are comments. */
final class Credential {
    private static final String NAME = "import.pull";

    /** The most that systemd takes for a credential. */
    private static final int LIMIT = 1 << 20;

    private Credential() {}

    /**
     * The expressions in it, none when there is no such credential.
     *
     * @throws IOException when it is there and cannot be read
     */
    static List<String> expressions(Surroundings machine) throws IOException {
        byte[] content =
                Surroundings.file(machine.credentials().resolve(NAME), LIMIT).orElse(new byte[0]);
        if (content.length == 0) {
            Path encrypted = machine.encryptedCredentials().resolve(NAME);
            if (Files.exists(encrypted)) {
                content = decrypt(encrypted);
            }
        }
        return lines(new String(content, StandardCharsets.UTF_8));
    }

    /** The lines that are no comments, without the blanks around them. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            if (end < 0) {
                end = text.length();
            }
            String line = text.substring(start, end).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                lines.add(line);
            }
            start = end + 1;
        }
        return lines;
    }

    /** Only systemd has the keys, of the TPM or the host. */
    private static byte[] decrypt(Path file) throws IOException {
        Process process = new ProcessBuilder("systemd-creds", "decrypt", "--name=" + NAME, file.toString(), "-")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        try (var in = process.getInputStream()) {
            byte[] content = in.readNBytes(LIMIT);
            int status = process.waitFor();
            if (status != 0) {
                throw new GeneratorException(
                        "the credential " + NAME + " could not be decrypted: systemd-creds decrypt " + file
                                + " ended with status " + status + "; run it by hand to see why");
            }
            return content;
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new GeneratorException("interrupted while systemd-creds decrypted the credential " + NAME);
        }
    }
}
