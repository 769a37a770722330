package org.pullboot.pull;

/**
 * How long to wait before the next attempt: twice as long each time, up to a limit, and a quarter more or less by
 * chance, so that machines that failed together do not come back together.
 */
final class Backoff {
    private final long first;
    private final long longest;
    private long state;

    Backoff(PullOptions options, long seed) {
        this.first = Math.max(1, options.firstPause().toMillis());
        this.longest = Math.max(first, options.longestPause().toMillis());
        this.state = seed;
    }

    /**
     * The pause in milliseconds.
     *
     * @param failures how many attempts have failed in a row; 0 means no pause
     */
    long pause(int failures) {
        if (failures == 0) {
            return 0;
        }
        long pause = first;
        for (int i = 1; i < failures && pause < longest; i++) {
            pause = Math.min(longest, 2 * pause);
        }
        // Knuth's generator is random enough to keep machines apart, and java.util.random would cost start-up time.
        state = state * 6364136223846793005L + 1442695040888963407L;
        return pause - pause / 4 + (state >>> 33) % (pause / 2 + 1);
    }
}
