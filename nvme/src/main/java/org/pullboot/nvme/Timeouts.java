package org.pullboot.nvme;

import java.time.Duration;

/**
 * How long a host may take.
 *
 * @param initialisation from connecting to ICReq
 * @param connect from connecting to a Connect command that was accepted, and authentication where it is asked for
 * @param progress without a byte, in the middle of a PDU, of a transfer that it was asked for, or of answers that it
 *     does not read
 * @param termination from C2HTermReq until it hangs up
 * @param discovery without a command, for a discovery controller without keep-alive
 * @param fence a host that connects anew waits so long for the end of what its old association has begun
 * @param tick how often all of this is looked at
 */
record Timeouts(
        Duration initialisation,
        Duration connect,
        Duration progress,
        Duration termination,
        Duration discovery,
        Duration fence,
        Duration tick) {
    /** As hosts expect it. */
    static Timeouts defaults() {
        return new Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(120),
                Duration.ofSeconds(20),
                Duration.ofMillis(250));
    }
}
