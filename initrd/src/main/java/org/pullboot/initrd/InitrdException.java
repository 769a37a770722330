package org.pullboot.initrd;

import java.io.IOException;

/** A kernel, module tree, package or runtime that no initrd can be made of: one sentence that says what to do. */
public final class InitrdException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one sentence: what was expected, what came, what to do
     */
    public InitrdException(String message) {
        super(message);
    }

    public InitrdException(String message, Throwable cause) {
        super(message, cause);
    }
}
