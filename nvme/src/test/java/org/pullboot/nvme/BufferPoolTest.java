package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private final BufferPool pool = new BufferPool(BufferPool.MINIMUM);
    private final SegmentCache cache = new SegmentCache(pool);

    @Test
    void whatWasUsedLastIsUsedNext() {
        Segment first = Objects.requireNonNull(cache.lease(true, 0));
        cache.release(first);

        assertThat(cache.lease(true, 0)).isSameAs(first);
    }

    @Test
    void nobodyGetsMoreThanThereIs() {
        List<Segment> leased = new ArrayList<>();
        for (Segment segment = cache.lease(true, 0); segment != null; segment = cache.lease(true, 0)) {
            leased.add(segment);
        }

        assertThat(leased).hasSize((int) (BufferPool.MINIMUM / Segment.LARGE));
        assertThat(pool.leased()).isLessThanOrEqualTo(BufferPool.MINIMUM);
        assertThat(pool.allows(1 << 20)).isFalse();
        leased.forEach(cache::release);
        assertThat(pool.leased()).isZero();
    }

    @Test
    void whoHoldsMuchLeavesRoomForOthers() {
        long held = 0;
        for (Segment segment = cache.lease(true, held); segment != null; segment = cache.lease(true, held)) {
            held += segment.size();
        }

        assertThat(held).isBetween(BufferPool.MINIMUM / 8, BufferPool.MINIMUM / 4);
        assertThat(cache.lease(true, 0)).as("one for another").isNotNull();
    }

    @Test
    void manyAreHadAtOnceOrNotAtAll() {
        Segment[] some = new Segment[Command.MAX_SEGMENTS];
        List<Segment> rest = new ArrayList<>();
        for (int i = 0; i < BufferPool.MINIMUM / Segment.LARGE - 3; i++) {
            rest.add(Objects.requireNonNull(cache.lease(true, 0)));
        }
        long before = pool.leased();

        assertThat(cache.lease(some, Command.MAX_SEGMENTS, 0)).isFalse();
        assertThat(pool.leased()).isEqualTo(before);
        assertThat(cache.lease(some, 3, 0)).isTrue();
        rest.forEach(cache::release);
    }

    @Test
    void oneSizeGivesWayToTheOther() {
        List<Segment> small = new ArrayList<>();
        for (Segment segment = cache.lease(false, 0); segment != null; segment = cache.lease(false, 0)) {
            small.add(segment);
        }
        small.forEach(cache::release);

        Segment[] large = new Segment[Command.MAX_SEGMENTS];
        assertThat(cache.lease(large, large.length, 0)).isTrue();
        assertThat(large).doesNotContainNull();
    }
}
