package org.pullboot.nvme;

/**
 * Status of a completed command: status code type (bits 10 to 8) and status code (bits 7 to 0), as in bits 11 to 1 of a
 * completion queue entry's status field, and {@link #DO_NOT_RETRY} beside them (NVM Express Base 2.0, 3.3.3.2).
 */
final class NvmeStatus {
    static final int SUCCESS = 0x000;
    static final int INVALID_OPCODE = 0x001;
    static final int INVALID_FIELD = 0x002;
    static final int COMMAND_ID_CONFLICT = 0x003;
    static final int DATA_TRANSFER_ERROR = 0x004;
    static final int INTERNAL_ERROR = 0x006;
    static final int ABORT_REQUESTED = 0x007;
    static final int INVALID_NAMESPACE = 0x00b;
    static final int COMMAND_SEQUENCE_ERROR = 0x00c;
    static final int SGL_DATA_LENGTH_INVALID = 0x00f;
    static final int SGL_DESCRIPTOR_TYPE_INVALID = 0x011;
    static final int SGL_OFFSET_INVALID = 0x016;
    static final int KEEP_ALIVE_TIMEOUT_INVALID = 0x01a;
    static final int NAMESPACE_WRITE_PROTECTED = 0x020;
    static final int TRANSIENT_TRANSPORT_ERROR = 0x022;
    static final int LBA_OUT_OF_RANGE = 0x080;
    static final int CAPACITY_EXCEEDED = 0x081;
    static final int NAMESPACE_NOT_READY = 0x082;
    static final int INVALID_QUEUE_ID = 0x101;
    static final int ASYNC_EVENT_LIMIT_EXCEEDED = 0x105;
    static final int INVALID_LOG_PAGE = 0x109;
    static final int FEATURE_NOT_SAVEABLE = 0x10d;
    static final int FEATURE_NOT_NAMESPACE_SPECIFIC = 0x10f;
    static final int CONNECT_INCOMPATIBLE_FORMAT = 0x180;
    static final int CONNECT_CONTROLLER_BUSY = 0x181;
    static final int CONNECT_INVALID_PARAMETERS = 0x182;
    static final int CONNECT_INVALID_HOST = 0x184;
    static final int AUTHENTICATION_REQUIRED = 0x191;
    static final int WRITE_FAULT = 0x280;
    static final int UNRECOVERED_READ_ERROR = 0x281;
    static final int COMPARE_FAILURE = 0x285;

    /** The same command would fail again. Linux gives up its disk for it while it connects, so only for what is for good. */
    static final int DO_NOT_RETRY = 0x4000;

    private NvmeStatus() {}

    /** The 16-bit status field of a completion queue entry, with the phase bit 0. */
    static short field(int status) {
        return (short) ((status & 0x7ff) << 1 | (status & DO_NOT_RETRY) << 1);
    }
}
