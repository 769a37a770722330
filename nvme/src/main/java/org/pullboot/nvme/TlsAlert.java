package org.pullboot.nvme;

/** A connection ends because of what the other side sent; which alert it is told (RFC 8446, 6.2), and a sentence. */
final class TlsAlert extends Exception {
    static final int UNEXPECTED_MESSAGE = 10;
    static final int RECORD_OVERFLOW = 22;
    static final int DECODE_ERROR = 50;
    static final int DECRYPT_ERROR = 51;
    static final int PROTOCOL_VERSION = 70;
    static final int MISSING_EXTENSION = 109;
    static final int UNKNOWN_PSK_IDENTITY = 115;

    private static final long serialVersionUID = 1;

    private final int description;

    TlsAlert(int description, String message) {
        super(message);
        this.description = description;
    }

    /** The alert record, in clear text since there are no keys yet. */
    byte[] record() {
        return new byte[] {21, 3, 3, 0, 2, 2, (byte) description};
    }
}
