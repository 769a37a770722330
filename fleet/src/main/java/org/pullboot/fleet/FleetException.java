package org.pullboot.fleet;

import java.io.IOException;

/** The state directory or its database cannot do what was asked; the message says what to do. */
public final class FleetException extends IOException {
    private static final long serialVersionUID = 1L;

    FleetException(String message) {
        super(message);
    }

    FleetException(String message, Throwable cause) {
        super(message, cause);
    }
}
