package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Path;

/** A file changed while it was read: it may still be being written. */
final class UnsteadyFileException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsteadyFileException(Path file) {
        super(file + " changed while it was read: wait until it is complete");
    }
}
