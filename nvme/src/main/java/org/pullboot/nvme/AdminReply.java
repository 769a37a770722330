package org.pullboot.nvme;

import java.nio.ByteBuffer;

/** The answer to a command that is not on the data path. */
sealed interface AdminReply {
    /**
     * A completion alone.
     *
     * @param status as in {@link NvmeStatus}
     * @param result bytes 0 to 7 of the completion queue entry
     */
    record Done(int status, long result) implements AdminReply {}

    /**
     * Success, with data for the host. The transport sends as much of it as the command has room for.
     *
     * @param content little-endian, from position to limit
     */
    record Data(ByteBuffer content) implements AdminReply {}

    /** Success, with nothing to say. */
    static AdminReply success() {
        return new Done(NvmeStatus.SUCCESS, 0);
    }

    /** Failed. */
    static AdminReply failed(int status) {
        return new Done(status, 0);
    }
}
