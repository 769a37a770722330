package org.pullboot.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The checkout under test: its launcher and its scripts. */
final class Checkout {
    private Checkout() {}

    /** The directory the launcher is in: the build says where. */
    static Path root() {
        String home = System.getProperty("pullboot.home");
        if (home == null) {
            throw new IllegalStateException("pullboot.home is not set: run these tests through ./test boot");
        }
        return Path.of(home);
    }

    /** A command line of the launcher. */
    static List<String> pullboot(String... arguments) {
        var command = new ArrayList<String>();
        command.add(root().resolve("pullboot").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** An image out of the cache, made when it is not there: {@code e2e/images/image.sh KIND FORM}. */
    static Path image(String kind, String form) {
        return Path.of(output(root().resolve("e2e/images/image.sh").toString(), kind, form));
    }

    /** The tree of Debian sid with systemd's tools and newest stub: {@code e2e/images/tools-tree.sh}. */
    static Path tools() {
        return Path.of(output(root().resolve("e2e/images/tools-tree.sh").toString()));
    }

    /** systemd's newest stub: that of Debian 12 knows no profiles. */
    static Path stub() {
        return tools().resolve("usr/lib/systemd/boot/efi/linuxx64.efi.stub");
    }

    /** What our own command prints. */
    static String run(String... arguments) {
        return output(pullboot(arguments).toArray(String[]::new));
    }

    /** How many bytes of files are in the system of an image kind. */
    static long usedBytes(String kind) {
        return Long.parseLong(
                output("bash", "-c", "du -s --block-size=1 \"$(e2e/images/os-tree.sh " + kind + ")\" | cut -f1"));
    }

    /** What a command prints, without the last line end; a command that fails is an error with what it said. */
    static String output(String... command) {
        try {
            Path errors = Files.createTempFile("pullboot-e2e", ".stderr");
            try {
                Process process = new ProcessBuilder(command)
                        .directory(root().toFile())
                        .redirectError(errors.toFile())
                        .start();
                String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int status = process.waitFor();
                if (status != 0) {
                    throw new IllegalStateException(
                            String.join(" ", command) + " ended with " + status + ": " + Files.readString(errors));
                }
                return text.stripTrailing();
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command[0], e);
        }
    }

    /** The file under another name in the directory: a hard link where that can be, else a copy. */
    static Path place(Path file, Path directory, String name) throws IOException {
        Path target = directory.resolve(name);
        try {
            return Files.createLink(target, file);
        } catch (IOException | UnsupportedOperationException e) {
            return Files.copy(file, target);
        }
    }
}
