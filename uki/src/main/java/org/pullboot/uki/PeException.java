package org.pullboot.uki;

import java.io.IOException;

/** A PE file, kernel or stub that is not what it should be: the one declared error of this module beside I/O errors. */
public final class PeException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * An error that a person can act on.
     *
     * @param message one sentence: what was expected, what came, what to do
     */
    public PeException(String message) {
        super(message);
    }
}
