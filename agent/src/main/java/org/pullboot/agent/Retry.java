package org.pullboot.agent;

import java.util.random.RandomGenerator;

/**
 * When to send the same question again: after 1, 2, 4, 8, 8… seconds, each a quarter more or less by chance, so that
 * machines switched on together do not ask together for ever. RFC 2131 section 4.1 begins with 4 s; a boot is in more
 * of a hurry.
 */
final class Retry {
    private static final long FIRST_MILLIS = 1000;
    private static final long LONGEST_MILLIS = 8000;

    private final RandomGenerator random;
    private long interval;
    private long next;
    private int sent;

    Retry(RandomGenerator random) {
        this.random = random;
    }

    /** Begins anew: the first question is due at that time. */
    void start(long at) {
        interval = FIRST_MILLIS;
        next = at;
        sent = 0;
    }

    /** When the next question is due, in milliseconds of the caller's clock. */
    long next() {
        return next;
    }

    /** How often the question was sent. */
    int sent() {
        return sent;
    }

    /** Notes that the question goes out now. */
    void sending(long now) {
        next = now + interval * 3 / 4 + random.nextLong(interval / 2 + 1);
        interval = Math.min(interval * 2, LONGEST_MILLIS);
        sent++;
    }
}
