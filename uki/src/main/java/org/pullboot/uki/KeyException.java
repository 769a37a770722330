package org.pullboot.uki;

import java.io.IOException;

/** A key, a certificate or a passphrase that is not what it should be. */
public final class KeyException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * An error that a person can act on.
     *
     * @param message one sentence: what was expected, what came, what to do
     */
    public KeyException(String message) {
        super(message);
    }

    /**
     * The same, with what a library said.
     *
     * @param message one sentence: what was expected, what came, what to do
     * @param cause what a library threw
     */
    public KeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
