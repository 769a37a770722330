package org.pullboot.volume;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one sync serve all that ask for one at the same time: who comes while one runs waits for the next, which one of
 * those waiting runs for all of them. A sync that had started before somebody asked is none for him.
 */
final class SyncGroup {
    /** What makes something durable. */
    interface Sync {
        void run() throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean running;
    private long started;
    private long finished;

    /**
     * Returns once a sync that started after this call has gone well.
     *
     * @throws IOException when it was this thread that ran it, and it failed
     */
    void join(Sync sync) throws IOException {
        long mine;
        lock.lock();
        try {
            long wanted = started + 1;
            while (finished < wanted && running) {
                changed.awaitUninterruptibly();
            }
            if (finished >= wanted) {
                return;
            }
            running = true;
            started++;
            mine = started;
        } finally {
            lock.unlock();
        }
        run(sync, mine);
    }

    /** Runs something while no sync runs; it counts as none. */
    void alone(Sync sync) throws IOException {
        lock.lock();
        try {
            while (running) {
                changed.awaitUninterruptibly();
            }
            running = true;
        } finally {
            lock.unlock();
        }
        run(sync, -1);
    }

    private void run(Sync sync, long number) throws IOException {
        boolean good = false;
        try {
            sync.run();
            good = true;
        } finally {
            lock.lock();
            try {
                running = false;
                finished = good ? Math.max(finished, number) : finished;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
