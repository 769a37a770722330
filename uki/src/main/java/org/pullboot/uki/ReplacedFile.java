package org.pullboot.uki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that is written under a name of its own beside its place, and takes its place in one step when it is complete: it
 * has either its old content or all of the new one at any time.
 */
final class ReplacedFile {
    private ReplacedFile() {}

    /** What writes the content. */
    interface Content {
        /** Writes it to a file that is not there yet. */
        void writeTo(Path file) throws IOException;
    }

    /**
     * Writes a file, or replaces what has its name.
     *
     * @return its size in bytes
     */
    static long write(Path output, Content content) throws IOException {
        Path target = output.toAbsolutePath();
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + Long.toHexString(System.nanoTime()));
        try {
            content.writeTo(temporary);
            long size = Files.size(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return size;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
