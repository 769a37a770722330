package org.pullboot.agent;

/** There is no network, or what asks for it cannot be understood; the message is one sentence for a person. */
final class NetworkException extends Exception {
    private static final long serialVersionUID = 1L;

    NetworkException(String message) {
        super(message);
    }

    NetworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
