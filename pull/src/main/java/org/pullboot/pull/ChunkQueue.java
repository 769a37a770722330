package org.pullboot.pull;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Chunks in order, for the one thread that reads them. */
final class ChunkQueue {
    private final BlockingQueue<Chunk> queue;
    private final BlockingQueue<Chunk> pool;
    private final Chunk end;
    private final Chunk stop;
    private boolean over;

    /**
     * @param pool where chunks go back to; with its capacity this queue can hold them all
     * @param end means that the file is complete
     * @param stop means that the pull failed
     */
    ChunkQueue(BlockingQueue<Chunk> pool, int capacity, Chunk end, Chunk stop) {
        this.queue = new ArrayBlockingQueue<>(capacity + 2);
        this.pool = pool;
        this.end = end;
        this.stop = stop;
    }

    /** Adds a chunk; there is always room. */
    void add(Chunk chunk) {
        queue.add(chunk);
    }

    /**
     * Waits for the next chunk.
     *
     * @return nothing after the last
     * @throws StoppedException when the pull failed elsewhere
     */
    @Nullable
    Chunk next() throws StoppedException {
        Chunk chunk = take();
        if (isStop(chunk)) {
            throw new StoppedException();
        }
        return isEnd(chunk) ? null : chunk;
    }

    /** Gives a chunk back that was read. */
    void done(Chunk chunk) {
        if (chunk.giveBack()) {
            chunk.clear();
            pool.add(chunk);
        }
    }

    /** Lets all remaining chunks pass by, so that the network's thread never waits for a thread that gave up. */
    void drain() {
        while (!over) {
            Chunk chunk = take();
            if (!isEnd(chunk) && !isStop(chunk)) {
                done(chunk);
            }
        }
    }

    private Chunk take() {
        Chunk chunk = Uninterrupted.take(queue);
        over = isEnd(chunk) || isStop(chunk);
        return chunk;
    }

    @SuppressWarnings("ReferenceEquality") // The two marks are objects, not contents.
    private boolean isEnd(Chunk chunk) {
        return chunk == end;
    }

    @SuppressWarnings("ReferenceEquality") // The two marks are objects, not contents.
    private boolean isStop(Chunk chunk) {
        return chunk == stop;
    }

    /** The pull failed elsewhere; never reported. */
    static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("the pull was stopped");
        }
    }
}
