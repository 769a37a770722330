package org.pullboot.pull;

import java.io.IOException;

/** A pull that cannot be: words that cannot be understood, or a download that failed. The one declared error of this module. */
public final class PullException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one sentence: what was expected, what came, what to do
     */
    public PullException(String message) {
        super(message);
    }

    /**
     * @param message one sentence: what was expected, what came, what to do
     * @param cause what the sentence was made from
     */
    public PullException(String message, Throwable cause) {
        super(message, cause);
    }
}
