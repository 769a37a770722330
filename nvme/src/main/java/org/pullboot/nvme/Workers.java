package org.pullboot.nvme;

import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that wait for disks.
 *
 * <p>What waits for them is bounded by the slots of all queues: a task is a command, or has one. They are never
 * interrupted, since that would close the files of a device that uses channels.
 */
final class Workers implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Workers.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;
    private int idle;

    /** Something to do; it may use the worker's scratch memory of {@link Segment#LARGE_DATA} bytes. */
    interface Task {
        void work(ByteBuffer scratch);
    }

    /** Starts threads. */
    Workers(int count) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().name("nvme-worker-" + i).daemon().start(this::run));
        }
    }

    /** Has a task done. */
    void execute(Task task) {
        lock.lock();
        try {
            tasks.addLast(task);
            if (idle > 0) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        ByteBuffer scratch = ByteBuffer.allocateDirect(Segment.LARGE_DATA).order(ByteOrder.LITTLE_ENDIAN);
        while (true) {
            Task task;
            lock.lock();
            try {
                while (tasks.isEmpty() && !closed) {
                    idle++;
                    work.awaitUninterruptibly();
                    idle--;
                }
                if (tasks.isEmpty()) {
                    return;
                }
                task = tasks.removeFirst();
            } finally {
                lock.unlock();
            }
            try {
                task.work(scratch);
            } catch (RuntimeException | Error e) {
                LOG.log(Logger.Level.ERROR, "a worker's task failed", e);
            }
        }
    }

    /** Ends the threads when all is done. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
