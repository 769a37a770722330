package org.pullboot.generator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory of generated units. A unit is there with all of its text or not at all. */
final class UnitFiles {
    private final Path directory;

    UnitFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Adds a unit.
     *
     * @throws GeneratorException when there is one of that name
     */
    void unit(String name, String text) throws IOException {
        Files.createDirectories(directory);
        Path work = Files.createTempFile(directory, ".#pullboot", "");
        try {
            Files.write(work, text.getBytes(StandardCharsets.UTF_8));
            Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rw-r--r--"));
            Files.createLink(directory.resolve(name), work);
        } catch (FileAlreadyExistsException e) {
            throw new GeneratorException("a unit " + name + " is in " + directory
                    + " already: run one generator for systemd.pull=, and each with an empty directory");
        } finally {
            Files.delete(work);
        }
    }

    /** Makes one unit want another, which need not be there. */
    void wants(String unit, String wanted) throws IOException {
        Path wants = directory.resolve(unit + ".wants");
        Files.createDirectories(wants);
        Path link = wants.resolve(wanted);
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, Path.of("../" + wanted));
        }
    }
}
