package org.pullboot.nvme;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A TCP connection that is read while it is written, so that neither side waits for the other for ever; every wait has an
 * end. For one thread at a time.
 */
final class InitiatorSocket implements AutoCloseable {
    private static final int FIRST_BUFFER = 8 << 10;
    private static final int BUSY_BUFFER = 512 << 10;

    private final SocketChannel channel;
    private final Duration timeout;
    private final Selector selector;
    private final SelectionKey key;
    private ByteBuffer received = buffer(FIRST_BUFFER).limit(0);
    private boolean ended;
    private boolean refused;

    private InitiatorSocket(SocketChannel channel, Duration timeout) throws IOException {
        this.channel = channel;
        this.timeout = timeout;
        channel.configureBlocking(false);
        selector = Selector.open();
        key = channel.register(selector, SelectionKey.OP_READ);
    }

    static InitiatorSocket connect(InetSocketAddress target, Duration timeout) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.connect(target);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new InitiatorSocket(channel, timeout);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /**
     * Waits until that many bytes are there that nobody has taken yet.
     *
     * @return whether they are; when not, the target closed the connection before it had sent them
     * @throws InitiatorViolation when they do not come in time
     */
    boolean has(int bytes) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        while (received.remaining() < bytes) {
            if (ended) {
                return false;
            }
            room(bytes - received.remaining());
            if (receive() == 0) {
                await(SelectionKey.OP_READ, end);
            }
        }
        return true;
    }

    /** What came and has not been taken; valid until the next call of any other method. */
    ByteBuffer received() {
        return received;
    }

    /**
     * Sends all of it, reading meanwhile what the target sends. When the target has closed the connection, the rest is
     * dropped: what it said before is still to be read, and then its close.
     */
    void send(ByteBuffer bytes) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        while (bytes.hasRemaining()) {
            int sent;
            try {
                sent = channel.write(bytes);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                refused = true;
                bytes.position(bytes.limit());
                return;
            }
            if (sent > 0) {
                end = System.nanoTime() + timeout.toNanos();
                continue;
            }
            room(FIRST_BUFFER);
            if (ended || receive() == 0) {
                await(ended ? SelectionKey.OP_WRITE : SelectionKey.OP_READ | SelectionKey.OP_WRITE, end);
            }
        }
    }

    /** Whether the target did not take all that was sent. */
    boolean refused() {
        return refused;
    }

    /** Sends what the target has room for at once. */
    int offer(ByteBuffer bytes) throws IOException {
        return channel.write(bytes);
    }

    /** Says that no more is to come. */
    void finish() throws IOException {
        channel.shutdownOutput();
    }

    /** Ends the connection by a reset. */
    void reset() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        close();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }

    private int receive() throws IOException {
        int position = received.position();
        int limit = received.limit();
        received.limit(received.capacity()).position(limit);
        int count;
        try {
            count = channel.read(received);
        } catch (IOException e) {
            count = -1; // a reset ends what the target sends as its close does
        } finally {
            limit = received.position();
            received.position(position).limit(limit);
        }
        ended |= count < 0;
        if (limit == received.capacity() && limit < BUSY_BUFFER) {
            received = buffer(2 * limit).put(received).flip(); // more waits; an idle connection keeps little
        }
        return count;
    }

    private void await(int operations, long end) throws IOException {
        key.interestOps(operations);
        long millis = Math.ceilDiv(end - System.nanoTime(), 1_000_000);
        InitiatorViolation.unless(millis > 0, "the target moved nothing for %s", timeout);
        selector.select(millis);
        selector.selectedKeys().clear();
        if (Thread.interrupted()) {
            throw new InitiatorViolation("interrupted while waiting for the target");
        }
    }

    private void room(int bytes) {
        if (received.capacity() - received.limit() >= bytes) {
            return;
        }
        if (received.capacity() - received.remaining() >= bytes) {
            received.compact().flip();
        } else {
            int wanted = Integer.highestOneBit(received.remaining() + bytes) * 2;
            received = buffer(wanted).put(received).flip();
        }
    }

    static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
