package org.pullboot.nvme;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The memory for data on its way, of all connections together. Safe for use from several threads.
 *
 * <p>What is on lease never exceeds the budget, but for {@link #takeAlways}; what is free is kept, and given up when the
 * other size needs the room.
 */
final class BufferPool {
    /** Enough for a few of the largest commands: {@value} bytes. */
    static final long MINIMUM = 8L << 20;

    private final long budget;
    private final AtomicLong leased = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Segment> small = new ArrayDeque<>();
    private final ArrayDeque<Segment> large = new ArrayDeque<>();
    private long allocated;
    private final List<EventLoop> hungry = new CopyOnWriteArrayList<>();

    /** A pool of that many bytes, at least {@link #MINIMUM}. */
    BufferPool(long budget) {
        this.budget = Math.max(budget, MINIMUM);
    }

    /** Bytes that nobody has. */
    long free() {
        return budget - leased.get();
    }

    /** Bytes on lease. */
    long leased() {
        return leased.get();
    }

    /** Whether who holds this much may cause more to be leased. */
    boolean allows(long held) {
        long left = free();
        return left > 0 && (held == 0 || held <= left / 4);
    }

    /** Takes bytes of the budget; not when it has too few. */
    boolean take(int bytes) {
        while (true) {
            long now = leased.get();
            if (now + bytes > budget) {
                return false;
            }
            if (leased.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    /** Takes bytes even over the budget: for answers without which nothing would become free. */
    void takeAlways(int bytes) {
        leased.addAndGet(bytes);
    }

    /** Gives bytes back, and wakes those that wait for them. */
    void give(int bytes) {
        leased.addAndGet(-bytes);
        if (!hungry.isEmpty()) {
            hungry.forEach(EventLoop::wake);
        }
    }

    /** From now on the loop is woken when memory becomes free. */
    void wait(EventLoop loop) {
        if (!hungry.contains(loop)) {
            hungry.add(loop);
        }
    }

    /** The loop needs no memory any more. */
    void fed(EventLoop loop) {
        hungry.remove(loop);
    }

    /** Memory for bytes that were taken. */
    Segment segment(boolean wantLarge) {
        int size = wantLarge ? Segment.LARGE : Segment.SMALL;
        lock.lock();
        try {
            Segment kept = (wantLarge ? large : small).pollFirst();
            if (kept != null) {
                return kept;
            }
            ArrayDeque<Segment> other = wantLarge ? small : large;
            while (allocated + size > budget) {
                @Nullable Segment dropped = other.pollFirst();
                if (dropped == null) {
                    break;
                }
                allocated -= dropped.size();
            }
            allocated += size;
        } finally {
            lock.unlock();
        }
        return new Segment(size);
    }

    /** Keeps memory that is no longer used. */
    void keep(Segment segment) {
        lock.lock();
        try {
            (segment.large() ? large : small).addFirst(segment);
        } finally {
            lock.unlock();
        }
    }
}
