package org.pullboot.nvme;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says something that may happen thousands of times a second: so many times a minute, and in the next minute how often it
 * went unsaid. Safe for use from several threads.
 */
final class RareLog {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Logger log;
    private final LongSupplier nanoTime;
    private final int most;
    private long began;
    private int left = -1;
    private long unsaid;

    /**
     * Says it to a logger.
     *
     * @param nanoTime {@link System#nanoTime}, or another that a test turns
     * @param most times a minute, at least 1
     */
    RareLog(Logger log, LongSupplier nanoTime, int most) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.most = most;
    }

    /** It happened. */
    void log(Level level, String sentence, @Nullable Throwable cause) {
        long more = 0;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (left < 0 || now - began >= MINUTE) {
                began = now;
                left = most;
                more = unsaid;
                unsaid = 0;
            }
            if (left == 0) {
                unsaid++;
                return;
            }
            left--;
        }
        log.log(
                level,
                more == 0 ? sentence : sentence + " (and " + more + " more like this in the minutes before)",
                cause);
    }
}
