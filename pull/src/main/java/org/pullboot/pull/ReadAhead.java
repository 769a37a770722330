package org.pullboot.pull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses an archive on a thread of its own while files are made of what came before; it holds eight buffers of
 * 256 KiB. Read by one thread, which must close it; what it has decompressed by then is taken from the image.
 */
final class ReadAhead extends InputStream implements ReadableByteChannel {
    private static final int BUFFERS = 8;
    private static final int BYTES = 256 * 1024;
    private static final ByteBuffer END = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final UnpackedStream image;
    private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final Thread thread = new Thread(this::decompress, "pull-decompress");
    private ByteBuffer current = END;
    private boolean ended;
    private volatile @Nullable Throwable failure;

    /** Begins. */
    ReadAhead(UnpackedStream image) {
        this.image = image;
        for (int i = 0; i < BUFFERS; i++) {
            empty.add(ByteBuffer.allocateDirect(BYTES));
        }
        thread.setDaemon(true);
        thread.start();
    }

    private void decompress() {
        try {
            ByteBuffer buffer = Uninterrupted.take(empty);
            while (!isEnd(buffer) && image.read(buffer.clear()) >= 0) {
                full.add(buffer.flip());
                buffer = Uninterrupted.take(empty);
            }
        } catch (Throwable e) {
            failure = e;
        }
        full.add(END);
    }

    @SuppressWarnings("ReferenceEquality") // The mark is an object, not a content.
    private static boolean isEnd(ByteBuffer buffer) {
        return buffer == END;
    }

    /**
     * The bytes that come next, without taking them.
     *
     * @return a buffer to read from, which is this stream's own; empty at the end
     */
    ByteBuffer next() throws IOException {
        while (!ended && !current.hasRemaining()) {
            if (!isEnd(current)) {
                empty.add(current);
            }
            current = Uninterrupted.take(full);
            ended = isEnd(current);
        }
        if (ended) {
            check();
        }
        return current;
    }

    private void check() throws IOException {
        Throwable thrown = failure;
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown != null) {
            throw new IllegalStateException("decompressing ended: " + thrown, thrown);
        }
    }

    @Override
    public int read() throws IOException {
        ByteBuffer bytes = next();
        return bytes.hasRemaining() ? bytes.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer bytes = next();
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int count = Math.min(length, bytes.remaining());
        bytes.get(target, offset, count);
        return count;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ByteBuffer bytes = next();
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int count = Math.min(target.remaining(), bytes.remaining());
        target.put(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        return count;
    }

    @Override
    public boolean isOpen() {
        return thread.isAlive() || !ended;
    }

    /** Ends the thread and waits for it. */
    @Override
    public void close() {
        empty.add(END);
        Uninterrupted.join(thread);
    }
}
