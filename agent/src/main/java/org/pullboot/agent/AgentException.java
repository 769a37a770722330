package org.pullboot.agent;

/** A boot that cannot go on. */
final class AgentException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one sentence: what was expected, what came, what to do
     */
    AgentException(String message) {
        super(message);
    }

    /**
     * @param message one sentence: what was expected, what came, what to do
     * @param cause what the sentence was made from
     */
    AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}
