package org.pullboot.pull;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only in pauses, and a little whenever it is asked for. */
final class FakeTimer implements Timer {
    private final AtomicLong nanos = new AtomicLong();
    private final List<Long> pauses = new CopyOnWriteArrayList<>();
    private final long step;

    FakeTimer() {
        this(0);
    }

    /** @param step how many nanoseconds pass whenever the time is asked for */
    FakeTimer(long step) {
        this.step = step;
    }

    @Override
    public long nanos() {
        return nanos.getAndAdd(step);
    }

    @Override
    public void pause(long millis) {
        pauses.add(millis);
        nanos.addAndGet(millis * 1_000_000);
    }

    /** The pauses that were made, in milliseconds. */
    List<Long> pauses() {
        return pauses;
    }
}
