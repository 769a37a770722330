package org.pullboot.openpgp;

import java.io.IOException;

/** A key, a keyring or a signature that is not what it must be. */
public final class OpenPgpException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * An error that a person can act on.
     *
     * @param message one sentence: what was expected, what came, what to do
     */
    public OpenPgpException(String message) {
        super(message);
    }

    /**
     * The same, with what a library said.
     *
     * @param message one sentence: what was expected, what came, what to do
     * @param cause what a library threw
     */
    public OpenPgpException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The sentence; every one has one. */
    String sentence() {
        return String.valueOf(getMessage());
    }
}
