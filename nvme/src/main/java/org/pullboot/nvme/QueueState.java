package org.pullboot.nvme;

import org.jspecify.annotations.Nullable;

/**
 * A connected queue, as its completions show it. For the thread of its connection's loop, but {@link #authentication}.
 */
final class QueueState {
    private final int id;
    private final int entries;
    private final boolean flowControl;
    private final @Nullable Authentication authentication;
    private int head;

    /**
     * A queue.
     *
     * @param entries commands that it holds
     * @param flowControl whether completions say how far it was emptied
     * @param authentication what the host has to pass first; null for nothing
     */
    QueueState(int id, int entries, boolean flowControl, @Nullable Authentication authentication) {
        this.id = id;
        this.entries = entries;
        this.flowControl = flowControl;
        this.authentication = authentication;
    }

    int id() {
        return id;
    }

    int entries() {
        return entries;
    }

    @Nullable
    Authentication authentication() {
        return authentication;
    }

    /** A command was taken out of the queue. */
    void advance() {
        head = head + 1 == entries ? 0 : head + 1;
    }

    /** The submission queue's head, as completions give it: reserved without flow control. */
    int head() {
        return flowControl ? head : 0;
    }

    /** Whether a read that succeeded needs no completion of its own (NVMe/TCP Transport 1.0, 3.3.2.1). */
    boolean silent() {
        return !flowControl;
    }

    /** The status of commands other than those of authentication. */
    int mayBeUsed() {
        return authentication == null || authentication.authenticated()
                ? NvmeStatus.SUCCESS
                : NvmeStatus.AUTHENTICATION_REQUIRED | NvmeStatus.DO_NOT_RETRY;
    }
}
