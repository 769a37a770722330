package org.pullboot.nvme;

/**
 * A host broke the rules of the transport so that its connection must end: what a C2HTermReq says of it (NVMe/TCP
 * Transport 1.0, 3.6.2.4).
 */
final class PduException extends Exception {
    static final int INVALID_HEADER_FIELD = 1;
    static final int SEQUENCE_ERROR = 2;
    static final int HEADER_DIGEST_ERROR = 3;
    static final int DATA_OUT_OF_RANGE = 4;
    static final int LIMIT_EXCEEDED = 5;
    static final int UNSUPPORTED_PARAMETER = 6;

    private static final long serialVersionUID = 1;

    private final int status;
    private final int information;

    private PduException(int status, int information, String message) {
        super(message, null, false, false);
        this.status = status;
        this.information = information;
    }

    static PduException field(int offset, String message) {
        return new PduException(INVALID_HEADER_FIELD, offset, message);
    }

    static PduException sequence(String message) {
        return new PduException(SEQUENCE_ERROR, 0, message);
    }

    static PduException headerDigest(int received) {
        return new PduException(HEADER_DIGEST_ERROR, received, "a wrong header digest");
    }

    static PduException outOfRange(String message) {
        return new PduException(DATA_OUT_OF_RANGE, 0, message);
    }

    static PduException limit(String message) {
        return new PduException(LIMIT_EXCEEDED, 0, message);
    }

    static PduException unsupported(int offset, String message) {
        return new PduException(UNSUPPORTED_PARAMETER, offset, message);
    }

    /** The fatal error status (FES). */
    int status() {
        return status;
    }

    /** The fatal error information (FEI): an offset in the header or the digest that was received. */
    int information() {
        return information;
    }
}
