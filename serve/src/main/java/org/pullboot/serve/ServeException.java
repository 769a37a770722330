package org.pullboot.serve;

import java.io.IOException;

/** What was asked for cannot be served: one sentence that says what was expected, what came and what to do. */
public final class ServeException extends IOException {
    private static final long serialVersionUID = 1L;

    ServeException(String message) {
        super(message);
    }

    ServeException(String message, Throwable cause) {
        super(message, cause);
    }
}
