package org.pullboot.nvme;

import java.io.IOException;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A thread that moves the data of many connections; each stays with its loop for life. What is not said to be otherwise
 * is for the loop's thread alone.
 */
final class EventLoop implements Runnable {
    private static final Logger LOG = System.getLogger(EventLoop.class.getName());
    private static final int STAGING = 256 << 10;
    private static final int GATHERED = 1024;
    private static final int STASHES = 64;

    private final Selector selector;
    private final Timeouts timeouts;
    private final BufferPool pool;
    private final Thread thread;
    private final SegmentCache segments;
    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer[] gather = new ByteBuffer[GATHERED];
    private final CRC32C crc = new CRC32C();
    private final ArrayDeque<ByteBuffer> stashes = new ArrayDeque<>();
    private final Set<Connection> connections = new HashSet<>();
    /** Connections with answers that are not sent yet. */
    private final ArrayDeque<Connection> dirty = new ArrayDeque<>();
    /** Connections with commands that did not fit their last turn. */
    private final ArrayDeque<Connection> turns = new ArrayDeque<>();
    /** Connections with commands that wait for memory. */
    private final ArrayDeque<Connection> starving = new ArrayDeque<>();

    private final AtomicReference<@Nullable LoopTask> inbox = new AtomicReference<>();
    private final Consumer<SelectionKey> whenReady = this::ready;
    private volatile boolean sleeping;
    private volatile boolean woken;
    private volatile boolean closed;
    private long now = System.nanoTime();
    private long nextTick;

    /** Starts a loop. */
    EventLoop(String name, BufferPool pool, Timeouts timeouts) throws IOException {
        this.selector = Selector.open();
        this.timeouts = timeouts;
        this.pool = pool;
        this.segments = new SegmentCache(pool);
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this);
        this.nextTick = now + timeouts.tick().toNanos();
        thread.start();
    }

    /** Has something done on this loop. Safe for use from all threads; allocates nothing. */
    void post(LoopTask task) {
        LoopTask head;
        do {
            head = inbox.get();
            task.next = head;
        } while (!inbox.compareAndSet(head, task));
        if (head == null) {
            wake();
        }
    }

    /** The same for something that is not often done. */
    void execute(Runnable action) {
        post(new LoopTask() {
            @Override
            void run() {
                action.run();
            }
        });
    }

    /** Makes the loop look around. Safe for use from all threads. */
    void wake() {
        woken = true;
        if (sleeping) {
            selector.wakeup();
        }
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                try {
                    turn();
                } catch (RuntimeException e) {
                    LOG.log(Logger.Level.ERROR, "an event loop goes on after a mistake", e);
                }
            }
        } catch (IOException e) {
            LOG.log(Logger.Level.ERROR, "an event loop cannot wait for its connections and ends", e);
        } finally {
            new ArrayList<>(connections).forEach(connection -> connection.close("the target ends"));
            tasks();
            try {
                selector.close();
            } catch (IOException e) {
                LOG.log(Logger.Level.WARNING, "a selector was not closed", e);
            }
        }
    }

    private void turn() throws IOException {
        long wait = 0;
        if (turns.isEmpty()) {
            sleeping = true;
            wait = inbox.get() == null && !woken ? Math.max(1, (nextTick - System.nanoTime()) / 1_000_000) : 0;
        }
        if (wait > 0) {
            selector.select(whenReady, wait);
        } else {
            selector.selectNow(whenReady);
        }
        sleeping = false;
        woken = false;
        now = System.nanoTime();
        tasks();
        for (int i = turns.size(); i > 0; i--) {
            Connection connection = turns.removeFirst();
            connection.guard(connection.turn);
        }
        feed();
        flushAll();
        if (now - nextTick >= 0) {
            nextTick = now + timeouts.tick().toNanos();
            for (Connection connection : new ArrayList<>(connections)) {
                connection.guard(connection.tick);
            }
            flushAll();
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        connection.guard(connection.ready);
    }

    private void tasks() {
        LoopTask newest = inbox.getAndSet(null);
        LoopTask oldest = null;
        while (newest != null) {
            LoopTask following = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = following;
        }
        while (oldest != null) {
            LoopTask following = oldest.next;
            oldest.next = null;
            try {
                oldest.run();
            } catch (RuntimeException e) {
                LOG.log(Logger.Level.ERROR, "a completion failed", e);
            }
            oldest = following;
        }
    }

    private void flushAll() {
        while (true) {
            Connection connection = dirty.pollFirst();
            if (connection == null) {
                return;
            }
            connection.guard(connection.flush);
        }
    }

    private void feed() {
        if (starving.isEmpty()) {
            return;
        }
        for (int i = starving.size(); i > 0; i--) {
            Connection connection = starving.removeFirst();
            connection.guard(connection.fed);
        }
        if (starving.isEmpty()) {
            pool.fed(this);
        }
    }

    /** Takes a new connection. Safe for use from all threads. */
    void take(SocketChannel channel, Wire wire, InetSocketAddress remote, NvmeTarget target) {
        execute(() -> {
            try {
                channel.configureBlocking(false);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                Connection connection = new Connection(this, key, channel, wire, remote, target);
                key.attach(connection);
                connections.add(connection);
                if (wire.pending()) {
                    connection.again();
                }
            } catch (IOException e) {
                LOG.log(Logger.Level.DEBUG, remote + " was gone before it was taken", e);
                target.admission().gone(remote.getAddress());
                drop(channel);
            }
        });
    }

    private static void drop(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "a socket did not close well", e);
        }
    }

    /** The connection has ended, and nothing of it is under way any more. */
    void remove(Connection connection) {
        connections.remove(connection);
    }

    /** {@link Connection#flush} is called before the loop sleeps. */
    void dirty(Connection connection) {
        dirty.addLast(connection);
    }

    /** {@link Connection#turn} is called when the others had theirs. */
    void again(Connection connection) {
        turns.addLast(connection);
    }

    /** {@link Connection#fed} is called when there is more memory. */
    void starving(Connection connection) {
        starving.addLast(connection);
        pool.wait(this);
    }

    /** The time of this turn, as {@link System#nanoTime} has it. */
    long now() {
        return now;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    SegmentCache segments() {
        return segments;
    }

    /** Where connections receive into; what they leave there is gone with their turn. */
    ByteBuffer staging() {
        return staging;
    }

    /** Room for a gathered write. */
    ByteBuffer[] gather() {
        return gather;
    }

    /** The CRC-32C of part of a buffer; changes its position and limit. */
    int crc(ByteBuffer bytes, int from, int to) {
        crc.reset();
        crc.update(bytes.limit(to).position(from));
        bytes.clear();
        return (int) crc.getValue();
    }

    /** Room for a PDU that has not come as a whole: {@link Pdu#MAX_WHOLE} bytes. */
    ByteBuffer stash() {
        ByteBuffer kept = stashes.pollFirst();
        return kept != null ? kept.clear() : ByteBuffer.allocateDirect(Pdu.MAX_WHOLE);
    }

    /** It is not needed any more. */
    void release(ByteBuffer stash) {
        if (stashes.size() < STASHES) {
            stashes.addFirst(stash);
        }
    }

    /** Ends the loop, and its connections. Safe for use from all threads; waits for the end. */
    void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a connection does on its loop. */
    interface Step {
        void run() throws IOException, PduException;
    }
}
