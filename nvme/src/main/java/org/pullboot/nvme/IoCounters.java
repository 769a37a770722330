package org.pullboot.nvme;

import java.util.concurrent.atomic.LongAdder;

/** What has gone through the I/O queues of one controller, for its health log. Threads that count do not wait for each other. */
final class IoCounters {
    private final LongAdder readCommands = new LongAdder();
    private final LongAdder readBytes = new LongAdder();
    private final LongAdder writeCommands = new LongAdder();
    private final LongAdder writeBytes = new LongAdder();
    private final LongAdder mediaErrors = new LongAdder();

    /** Adds Read, Compare and Verify commands that completed, and their bytes; several at once cost as much as one. */
    void read(long commands, long bytes) {
        readCommands.add(commands);
        readBytes.add(bytes);
    }

    /** Adds Write commands that completed, and their bytes; several at once cost as much as one. */
    void wrote(long commands, long bytes) {
        writeCommands.add(commands);
        writeBytes.add(bytes);
    }

    /** A device could not read or write what it was asked. */
    void mediaError() {
        mediaErrors.increment();
    }

    long readCommands() {
        return readCommands.sum();
    }

    long readBytes() {
        return readBytes.sum();
    }

    long writeCommands() {
        return writeCommands.sum();
    }

    long writeBytes() {
        return writeBytes.sum();
    }

    long mediaErrors() {
        return mediaErrors.sum();
    }
}
