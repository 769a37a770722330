package org.pullboot.pull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How patiently a pull is made.
 *
 * @param version Pullboot's version, for the {@code User-Agent} header
 * @param connectTimeout how long a connection may take to be made
 * @param silence how long a server may send nothing at all
 * @param attempts how many times in a row a transfer may fail without a single new byte before the URL is given up
 * @param firstPause how long the first pause between attempts is; each following one is twice as long
 * @param longestPause the longest pause between attempts
 * @param signatures checks the signatures of verify=signature; without it nothing can be pulled that way
 */
public record PullOptions(
        String version,
        Duration connectTimeout,
        Duration silence,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        @Nullable SignatureCheck signatures) {
    /** Without signatures. */
    public PullOptions(
            String version,
            Duration connectTimeout,
            Duration silence,
            int attempts,
            Duration firstPause,
            Duration longestPause) {
        this(version, connectTimeout, silence, attempts, firstPause, longestPause, null);
    }

    /** Ten seconds to connect, ten of silence, and six attempts within about a minute. */
    public static PullOptions defaults(String version) {
        return new PullOptions(
                version,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                6,
                Duration.ofMillis(500),
                Duration.ofSeconds(15));
    }

    /** The same, but after so long a silence a connection counts as dead. */
    public PullOptions silence(Duration limit) {
        return new PullOptions(version, connectTimeout, limit, attempts, firstPause, longestPause, signatures);
    }

    /** The same with another number of attempts in a row, at least 1. */
    public PullOptions attempts(int inARow) {
        return new PullOptions(version, connectTimeout, silence, inARow, firstPause, longestPause, signatures);
    }

    /** The same, with somebody to check signatures. */
    public PullOptions signatures(SignatureCheck check) {
        return new PullOptions(version, connectTimeout, silence, attempts, firstPause, longestPause, check);
    }
}
