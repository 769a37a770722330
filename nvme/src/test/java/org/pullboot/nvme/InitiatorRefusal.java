package org.pullboot.nvme;

import java.io.IOException;

/** The target completed a command with an error where success was expected. */
final class InitiatorRefusal extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final long result;

    InitiatorRefusal(InitiatorCommand command) {
        super("the target refused: " + command);
        status = command.status;
        result = command.result;
    }

    /** Status code type and status code, without Do Not Retry. */
    int code() {
        return status & 0x7ff;
    }

    boolean doNotRetry() {
        return (status & NvmeStatus.DO_NOT_RETRY) != 0;
    }

    /** The completion's first 8 bytes. */
    long result() {
        return result;
    }
}
