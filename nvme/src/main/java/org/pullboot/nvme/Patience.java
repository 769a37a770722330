package org.pullboot.nvme;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long the host of one connection has kept the target waiting. For the thread of its loop; times are nanoseconds. */
final class Patience {
    /** Less than this is no progress: a host could give a byte a second. */
    private static final int PROGRESS = 4 << 10;

    private final Timeouts limits;
    private final long began;
    private long received;
    private long receivedAt;
    private long sentAt;
    private long terminatedAt;

    Patience(Timeouts limits, long now) {
        this.limits = limits;
        this.began = now;
        this.receivedAt = now;
        this.sentAt = now;
    }

    /** The host takes what it is sent, or there is nothing. */
    void sent(long now) {
        sentAt = now;
    }

    /** The host was told to hang up. */
    void terminated(long now) {
        terminatedAt = now;
    }

    /** Why a host that was told to hang up is left; null when it is not, yet. */
    @Nullable
    String afterTermination(long now) {
        return past(terminatedAt, limits.termination(), now) ? "the host did not hang up" : null;
    }

    /**
     * Why the host is left; null when it is not.
     *
     * @param initialised whether its ICReq has come
     * @param admitted whether its Connect was accepted, and it has authenticated if it has to
     * @param unsent whether something waits for it to read
     */
    @Nullable
    String lost(long now, boolean initialised, boolean admitted, boolean unsent) {
        if (!initialised && past(began, limits.initialisation(), now)) {
            return "no ICReq came";
        }
        if (!admitted && past(began, limits.connect(), now)) {
            return "the host did not connect a queue, or did not authenticate";
        }
        return unsent && past(sentAt, limits.progress(), now) ? "the host does not read what it is sent" : null;
    }

    /**
     * Whether the rest of something that the host has begun does not come.
     *
     * @param waiting whether there is something, and it is read
     * @param total bytes received so far
     */
    boolean stalled(long now, boolean waiting, long total) {
        if (!waiting || total - received >= PROGRESS) {
            receivedAt = now;
            received = total;
            return false;
        }
        return past(receivedAt, limits.progress(), now);
    }

    private static boolean past(long since, Duration limit, long now) {
        return now - since > limit.toNanos();
    }
}
