package org.pullboot.nvme;

import java.time.Duration;

/**
 * What a load came to.
 *
 * @param commands that were counted
 * @param errors commands that completed with an error, from the beginning
 * @param duration how long was counted
 * @param latencies of the counted commands
 * @param targetCpu time that the target's process used meanwhile; zero when it is not known
 */
record InitiatorLoadResult(
        long commands, long errors, Duration duration, InitiatorHistogram latencies, Duration targetCpu) {
    double perSecond() {
        return commands / (duration.toNanos() / 1e9);
    }

    /** Microseconds of the target's time for one command. */
    double targetMicrosPerCommand() {
        return commands == 0 ? 0 : targetCpu.toNanos() / 1e3 / commands;
    }
}
