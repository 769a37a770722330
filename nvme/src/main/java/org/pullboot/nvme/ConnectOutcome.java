package org.pullboot.nvme;

/** How a Connect command ended. */
sealed interface ConnectOutcome {
    /** The connection has a queue of an association now. */
    record Joined(Association association, QueueState queue, long result) implements ConnectOutcome {}

    /** It has not, for a reason. */
    record Refused(int status, int result) implements ConnectOutcome {}
}
