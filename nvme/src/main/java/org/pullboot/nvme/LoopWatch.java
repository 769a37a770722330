package org.pullboot.nvme;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees which event loops write for longer than a disk's cache would take, and has other threads go on with them. Safe for
 * use from several threads.
 *
 * <p>Looks every {@value #PERIOD_NANOS} ns while loops write, and sleeps when none has for a while.
 */
final class LoopWatch implements Runnable, AutoCloseable {
    private static final long PERIOD_NANOS = 2_000_000;
    private static final int QUIET_PERIODS = 10;

    private final List<Watched> loops = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    /** A loop, and where it was when it was last looked at. */
    private static final class Watched {
        private final EventLoop loop;
        private long seen;

        Watched(EventLoop loop) {
            this.loop = loop;
        }

        boolean hasMoved() {
            return loop.writing() != seen;
        }

        /** Whether it writes, or has written since. */
        boolean look() {
            long is = loop.writing();
            boolean writes = is % 2 != 0;
            if (writes && is == seen) {
                loop.replaceThread(is);
            }
            boolean active = writes || is != seen;
            seen = is;
            return active;
        }
    }

    /** Starts to watch. */
    LoopWatch() {
        thread = Thread.ofPlatform().name("nvme-watch").daemon().start(this);
    }

    /** Watches one more loop. */
    void add(EventLoop loop) {
        loops.add(new Watched(loop));
    }

    /** A loop has begun to write. */
    void notice() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        int quiet = 0;
        while (!closed) {
            boolean active = false;
            for (Watched watched : loops) {
                active |= watched.look();
            }
            quiet = active ? 0 : quiet + 1;
            if (quiet < QUIET_PERIODS) {
                LockSupport.parkNanos(this, PERIOD_NANOS);
            } else {
                sleep();
            }
        }
    }

    private void sleep() {
        asleep = true;
        // Who began to write before it could see that all sleep here is seen now.
        if (!closed && loops.stream().noneMatch(Watched::hasMoved)) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    /** Ends the watch; no loop may write any more. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
