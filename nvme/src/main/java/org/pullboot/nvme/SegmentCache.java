package org.pullboot.nvme;

import org.jspecify.annotations.Nullable;

/**
 * One event loop's hand on the {@link BufferPool}: keeps the segments used last, which are still in the processor's
 * cache. For the loop's thread alone.
 *
 * <p>Fairness: a connection may hold no more than a fourth of what is free, so that a few that hold on to theirs leave
 * room for all others; one that holds nothing may have what there is.
 */
final class SegmentCache {
    private static final int KEPT = 64;

    private final BufferPool pool;
    private final @Nullable Segment[] small = new Segment[KEPT];
    private final @Nullable Segment[] large = new Segment[KEPT];
    private int smallKept;
    private int largeKept;

    SegmentCache(BufferPool pool) {
        this.pool = pool;
    }

    /**
     * A segment, when the pool has one and the holder its share.
     *
     * @param held bytes that the holder has already
     */
    @Nullable
    Segment lease(boolean wantLarge, long held) {
        int size = wantLarge ? Segment.LARGE : Segment.SMALL;
        return fair(held, size) && pool.take(size) ? take(wantLarge) : null;
    }

    /** As many large segments at once, or none. */
    boolean lease(@Nullable Segment[] into, int count, long held) {
        int size = count * Segment.LARGE;
        if (!fair(held, size) || !pool.take(size)) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            into[i] = take(true);
        }
        return true;
    }

    private boolean fair(long held, int more) {
        return held == 0 || held + more <= pool.free() / 4;
    }

    /** A segment, whatever there is. */
    Segment leaseAlways(boolean wantLarge) {
        pool.takeAlways(wantLarge ? Segment.LARGE : Segment.SMALL);
        return take(wantLarge);
    }

    private Segment take(boolean wantLarge) {
        Segment segment;
        if (wantLarge) {
            segment = largeKept > 0 ? large[--largeKept] : null;
        } else {
            segment = smallKept > 0 ? small[--smallKept] : null;
        }
        if (segment == null) {
            segment = pool.segment(wantLarge);
        }
        segment.bytes.clear();
        segment.start = 0;
        segment.end = 0;
        segment.users = 1;
        return segment;
    }

    /** Ends a lease. */
    void release(Segment segment) {
        segment.view = null;
        segment.viewLeft = 0;
        segment.users = 0;
        if (segment.large() && largeKept < KEPT) {
            large[largeKept++] = segment;
        } else if (!segment.large() && smallKept < KEPT) {
            small[smallKept++] = segment;
        } else {
            pool.keep(segment);
        }
        pool.give(segment.size());
    }
}
