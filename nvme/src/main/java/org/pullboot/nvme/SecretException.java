package org.pullboot.nvme;

/** A text is no secret of the kind that was expected. Its sentence never shows the text. */
public final class SecretException extends Exception {
    private static final long serialVersionUID = 1;

    SecretException(String message) {
        super(message);
    }
}
