package org.pullboot.pull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256;

/**
 * Takes a file as it comes from the network, and hashes and unpacks it on a thread each. It holds 16 chunks of 256 KiB
 * and no more: when they are all in use, the network waits. Filled by one thread, which must end it by {@link #finish}
 * or {@link #stop}.
 */
final class Pipeline {
    private static final int CHUNKS = 16;
    private static final int READERS = 2;

    private final BlockingQueue<Chunk> pool = new ArrayBlockingQueue<>(CHUNKS);
    private final Chunk end = new Chunk(0);
    private final Chunk stop = new Chunk(0);
    private final ChunkQueue toHash = new ChunkQueue(pool, CHUNKS, end, stop);
    private final ChunkQueue toUnpack = new ChunkQueue(pool, CHUNKS, end, stop);
    private final Destination destination;
    private final HashTask hash;
    private @Nullable UnpackTask unpack;
    private @Nullable Thread hashThread;
    private @Nullable Thread unpackThread;
    private int made;

    /**
     * @param copy the new file to keep a copy of what is transferred in
     */
    Pipeline(Destination destination, @Nullable Path copy) {
        this.destination = destination;
        this.hash = new HashTask(toHash, copy);
    }

    /** Starts the threads, now that the first bytes have told how the file is compressed. */
    void start(Compression compression, long limit, @Nullable DeclaredSize declared) {
        UnpackTask task = new UnpackTask(toUnpack, destination, compression, limit, declared);
        unpack = task;
        hashThread = thread(hash, "pull-hash");
        unpackThread = thread(task, "pull-unpack");
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    boolean isStarted() {
        return unpack != null;
    }

    /** An empty chunk; waits for one when all are in use. */
    Chunk empty() throws InterruptedException {
        Chunk chunk = pool.poll();
        if (chunk != null) {
            return chunk;
        }
        if (made < CHUNKS) {
            made++;
            return new Chunk(Chunk.BYTES);
        }
        return pool.take();
    }

    /**
     * Hands a chunk to the threads.
     *
     * @throws Fault when the file is not what it must be
     * @throws PullException when it cannot be written
     */
    void put(Chunk chunk) throws Fault, PullException {
        chunk.lend(READERS);
        toHash.add(chunk);
        toUnpack.add(chunk);
        check();
    }

    /** What is known so far of how the threads fare. */
    void check() throws Fault, PullException {
        throwFailure(hash.failure());
        UnpackTask task = unpack;
        if (task != null) {
            throwFailure(task.failure());
        }
    }

    /**
     * Ends the file and waits until it is hashed and written.
     *
     * @return its digest
     * @throws Fault when the file is not what it must be
     * @throws PullException when it cannot be written
     */
    Sha256 finish() throws Fault, PullException {
        end(end);
        check();
        Sha256 digest = hash.digest();
        if (digest == null) {
            throw new IllegalStateException("a pipeline is started before it is finished");
        }
        return digest;
    }

    /** Stops the threads, waits for them, and removes what they wrote. */
    void stop() throws PullException {
        end(stop);
        try {
            destination.discard();
        } catch (IOException e) {
            throw new PullException("cannot remove what was made of " + destination.path() + ": " + e.getMessage(), e);
        }
    }

    private void end(Chunk mark) {
        toHash.add(mark);
        toUnpack.add(mark);
        join(hashThread);
        join(unpackThread);
        hashThread = null;
        unpackThread = null;
    }

    private static void join(@Nullable Thread thread) {
        if (thread != null) {
            Uninterrupted.join(thread);
        }
    }

    long unpacked() {
        return unpack == null ? 0 : unpack.unpacked();
    }

    long data() {
        return unpack == null ? 0 : unpack.data();
    }

    private void throwFailure(@Nullable Throwable failure) throws Fault, PullException {
        if (failure == null) {
            return;
        }
        if (failure instanceof ImageException) {
            throw new Fault(Fault.Kind.WRONG, String.valueOf(failure.getMessage()), failure);
        }
        if (failure instanceof IOException) {
            throw new PullException("cannot write " + destination.path() + ": " + reason(failure), failure);
        }
        throw new PullException("cannot unpack " + destination.path() + ": " + failure, failure);
    }

    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left on device") ? "no space is left for it, " + message : message;
    }
}
