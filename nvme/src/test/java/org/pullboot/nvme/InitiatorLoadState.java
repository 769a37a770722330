package org.pullboot.nvme;

import java.util.concurrent.atomic.AtomicLong;

/** What the queues of one load share. Safe for use from several threads. */
final class InitiatorLoadState {
    private final InitiatorLedger ledger;
    private final int queues;
    private final AtomicLong issued = new AtomicLong();
    private final long commands;
    private volatile boolean counting;
    private volatile boolean over;

    InitiatorLoadState(InitiatorLedger ledger, int queues, long commands) {
        this.ledger = ledger;
        this.queues = queues;
        this.commands = commands;
    }

    InitiatorLedger ledger() {
        return ledger;
    }

    int queues() {
        return queues;
    }

    /** Whether another command is to be sent; call once for each. */
    boolean goesOn() {
        return !over && (commands == 0 || issued.incrementAndGet() <= commands);
    }

    boolean counts() {
        return counting;
    }

    void count() {
        counting = true;
    }

    void end() {
        over = true;
    }
}
