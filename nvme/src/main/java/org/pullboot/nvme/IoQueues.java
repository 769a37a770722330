package org.pullboot.nvme;

import java.util.BitSet;

/**
 * The I/O queues of a controller: how many its host may have, and which it has.
 *
 * <p>A queue counts as connected until its connection says that it has ended, also when the controller is disabled in
 * between: so a late end of an old connection can never free the queue of a new one. Safe for use from several threads.
 */
final class IoQueues {
    private final ControllerLimits limits;
    private final BitSet connected = new BitSet();
    private final int most;
    private int granted;

    /**
     * All of them granted, none connected.
     *
     * @param most queues that can be granted, perhaps none
     */
    IoQueues(ControllerLimits limits, int most) {
        this.limits = limits;
        this.most = most;
        granted = most;
    }

    synchronized int granted() {
        return granted;
    }

    /**
     * Changes the number of queues, as Set Features asks.
     *
     * @param wanted at least 1
     * @return whether it could: not while there are queues
     */
    synchronized boolean grant(int wanted) {
        if (!connected.isEmpty()) {
            return false;
        }
        granted = Math.min(wanted, most);
        return true;
    }

    /** As many as at first, for the next start of the controller. */
    synchronized void reset() {
        granted = most;
    }

    /** Takes a queue; answers a {@link NvmeStatus}. */
    synchronized int connect(int id, int entries) {
        if (id < 1 || id > granted || entries < 2 || entries > limits.queueEntries()) {
            return NvmeStatus.CONNECT_INVALID_PARAMETERS;
        }
        if (connected.get(id)) {
            return NvmeStatus.COMMAND_SEQUENCE_ERROR;
        }
        connected.set(id);
        return NvmeStatus.SUCCESS;
    }

    synchronized void disconnect(int id) {
        if (id > 0) {
            connected.clear(id);
        }
    }
}
