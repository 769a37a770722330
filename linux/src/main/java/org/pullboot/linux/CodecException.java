package org.pullboot.linux;

import java.io.IOException;

/**
 * A compression library that is missing, or that refuses the bytes it was given; the message is one
 * sentence for a person.
 */
public final class CodecException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String message;

    CodecException(String message) {
        super(message);
        this.message = message;
    }

    CodecException(String message, Throwable cause) {
        super(message, cause);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
