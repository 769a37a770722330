package org.pullboot.nvme;

/** An authentication cannot succeed; why, in one sentence for the log and one number for the host. */
final class DhChapException extends Exception {
    static final int FAILED = 1;
    static final int PROTOCOL_NOT_USABLE = 2;
    static final int CONCATENATION_MISMATCH = 3;
    static final int HASH_NOT_USABLE = 4;
    static final int GROUP_NOT_USABLE = 5;
    static final int INCORRECT_PAYLOAD = 6;
    static final int INCORRECT_MESSAGE = 7;

    private static final long serialVersionUID = 1;

    private final int explanation;

    DhChapException(int explanation, String message) {
        super(message);
        this.explanation = explanation;
    }

    /** The reason code explanation of a failure message (NVM Express Base 2.0, 8.13.5.7). */
    int explanation() {
        return explanation;
    }
}
