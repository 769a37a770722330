package org.pullboot.image;

import java.io.IOException;

/** Bytes that are not what they should be: the one declared error of every reader in this module. */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one sentence: what was expected, what came, what to do
     */
    public ImageException(String message) {
        super(message);
    }

    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
