package org.pullboot.fleet;

import java.io.IOException;

/** A file is not what it was when it was hashed: it may still be being written. To publish again may help. */
public final class FileChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    FileChangedException() {
        super("the file changed while it was published: publish it again");
    }
}
