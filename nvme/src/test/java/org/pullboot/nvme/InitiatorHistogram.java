package org.pullboot.nvme;

/** Counts of durations in nanoseconds, exact to a 64th. For one thread. */
final class InitiatorHistogram {
    private static final int PARTS = 64;

    private final long[] counts = new long[PARTS * 60];
    private long count;
    private long longest;

    void add(long nanos) {
        counts[index(nanos)]++;
        count++;
        longest = Math.max(longest, nanos);
    }

    void add(InitiatorHistogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        longest = Math.max(longest, other.longest);
    }

    long count() {
        return count;
    }

    long longest() {
        return longest;
    }

    /** The shortest duration that this share (0 to 1) of all are not longer than. */
    long percentile(double share) {
        long wanted = (long) Math.ceil(count * share);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && seen > 0) {
                return lowest(i);
            }
        }
        return longest;
    }

    private static int index(long nanos) {
        if (nanos < PARTS) {
            return (int) Math.max(0, nanos);
        }
        int exponent = 63 - Long.numberOfLeadingZeros(nanos);
        return (exponent - 5) * PARTS + (int) ((nanos >> (exponent - 6)) & (PARTS - 1));
    }

    private static long lowest(int index) {
        int exponent = index / PARTS + 5;
        return index < PARTS ? index : (1L << exponent) + ((long) (index % PARTS) << (exponent - 6));
    }
}
