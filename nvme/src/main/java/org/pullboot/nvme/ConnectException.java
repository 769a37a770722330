package org.pullboot.nvme;

/** A Connect command fails. */
final class ConnectException extends Exception {
    private static final long serialVersionUID = 1;

    /** The wrong value is in the data, not in the command. */
    private static final int IN_DATA = 1 << 16;

    private final int status;
    private final int result;

    ConnectException(int status, int result) {
        super(null, null, false, false);
        this.status = status;
        this.result = result;
    }

    /** A parameter of the command will never do. */
    static ConnectException inCommand(int offset) {
        return new ConnectException(NvmeStatus.CONNECT_INVALID_PARAMETERS | NvmeStatus.DO_NOT_RETRY, offset);
    }

    /**
     * A parameter in the data will not do.
     *
     * @param forGood whether it never will; Linux gives up its disk for that
     */
    static ConnectException inData(int offset, boolean forGood) {
        int retry = forGood ? NvmeStatus.DO_NOT_RETRY : 0;
        return new ConnectException(NvmeStatus.CONNECT_INVALID_PARAMETERS | retry, offset | IN_DATA);
    }

    /** Not now. */
    static ConnectException busy() {
        return new ConnectException(NvmeStatus.CONNECT_CONTROLLER_BUSY, 0);
    }

    /** As in {@link NvmeStatus}. */
    int status() {
        return status;
    }

    /** The completion's result: where the wrong parameter is. */
    int result() {
        return result;
    }
}
