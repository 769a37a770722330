package org.pullboot.nvme;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says something that may happen thousands of times a second: the first time, and then once a minute at most, with how
 * often it happened in between. Safe for use from several threads.
 */
final class RareLog {
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private final Logger log;
    private final LongSupplier nanoTime;
    private boolean said;
    private long saidAt;
    private long unsaid;

    /**
     * Says it to a logger.
     *
     * @param nanoTime {@link System#nanoTime}, or another that a test turns
     */
    RareLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /** It happened. */
    void log(Level level, String sentence, @Nullable Throwable cause) {
        long more;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (said && now - saidAt < PAUSE) {
                unsaid++;
                return;
            }
            said = true;
            saidAt = now;
            more = unsaid;
            unsaid = 0;
        }
        log.log(level, more == 0 ? sentence : sentence + " (and " + more + " more since it was last said)", cause);
    }
}
