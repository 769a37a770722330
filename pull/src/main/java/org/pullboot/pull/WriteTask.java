package org.pullboot.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.SparseFileWriter;

/**
 * The thread that writes a raw image while the next bytes are decompressed; it holds up to twelve buffers of 256 KiB, which is
 * what a processor decompresses in one turn when others want it too. Filled by
 * one thread, which must end it by {@link #finish} or {@link #stop}.
 */
final class WriteTask implements Runnable {
    private static final int BUFFERS = 12;
    private static final int BYTES = 256 * 1024;
    private static final ByteBuffer END = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final SparseFileWriter writer;
    private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final Thread thread = new Thread(this, "pull-write");
    private int made;
    private volatile @Nullable Throwable failure;

    WriteTask(SparseFileWriter writer) {
        this.writer = writer;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        ByteBuffer buffer = Uninterrupted.take(full);
        while (!isEnd(buffer)) {
            if (failure == null) {
                write(buffer);
            }
            buffer.clear();
            empty.add(buffer);
            buffer = Uninterrupted.take(full);
        }
    }

    private void write(ByteBuffer buffer) {
        try {
            writer.write(buffer);
        } catch (Throwable e) {
            failure = e;
        }
    }

    @SuppressWarnings("ReferenceEquality") // The mark is an object, not a content.
    private static boolean isEnd(ByteBuffer buffer) {
        return buffer == END;
    }

    /** A buffer to fill; waits until there is one. */
    ByteBuffer empty() {
        ByteBuffer buffer = empty.poll();
        if (buffer != null) {
            return buffer;
        }
        if (made < BUFFERS) {
            made++;
            return ByteBuffer.allocateDirect(BYTES);
        }
        return Uninterrupted.take(empty);
    }

    /**
     * Hands over a buffer to be written from its position to its limit.
     *
     * @throws IOException when an earlier one could not be written
     */
    void put(ByteBuffer buffer) throws IOException {
        full.add(buffer);
        check();
    }

    /**
     * Waits until all is written.
     *
     * @throws IOException when it could not be
     */
    void finish() throws IOException {
        stop();
        check();
        writer.finish();
    }

    /** Ends the thread and waits for it. */
    void stop() {
        full.add(END);
        Uninterrupted.join(thread);
    }

    private void check() throws IOException {
        Throwable thrown = failure;
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown != null) {
            throw new IllegalStateException("writing ended: " + thrown, thrown);
        }
    }
}
