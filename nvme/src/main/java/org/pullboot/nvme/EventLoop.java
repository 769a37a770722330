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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A thread that moves the data of many connections; each stays with its loop for life. What is not said to be otherwise
 * is for the loop's thread alone.
 *
 * <p>Writes that a disk's cache takes at once are done by the loop itself: two threads that wake each other would cost
 * more than the writes. When the disk makes it wait after all, {@link LoopWatch} has another thread go on with the loop;
 * the one that waits then ends like a worker, by posting what it did.
 */
final class EventLoop implements Runnable {
    private static final Logger LOG = System.getLogger(EventLoop.class.getName());
    private static final int STAGING = 256 << 10;
    private static final int GATHERED = 1024;
    private static final int STASHES = 64;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** For how long workers write after a disk made the loop wait. */
    private static final long WARY_NANOS = 500_000_000;

    private final String name;
    private final LoopWatch watch;
    private final Selector selector;
    private final Timeouts timeouts;
    private final BufferPool pool;
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

    /** Writes that the loop does in this turn. */
    private final ArrayDeque<WriteBatch> writes = new ArrayDeque<>();

    /** Odd while the loop's thread writes; whoever makes it even has the loop. */
    private final AtomicLong writing = new AtomicLong();

    private volatile @Nullable KernelThread thread;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicReference<@Nullable LoopTask> inbox = new AtomicReference<>();
    private final Consumer<SelectionKey> whenReady = this::ready;
    private volatile boolean sleeping;
    private volatile boolean woken;
    private volatile boolean closed;
    private long now = System.nanoTime();
    private long nextTick;
    private long waryUntil = now;

    /** Starts a loop. */
    EventLoop(String name, BufferPool pool, Timeouts timeouts, LoopWatch watch) throws IOException {
        this.name = name;
        this.watch = watch;
        this.selector = Selector.open();
        this.timeouts = timeouts;
        this.pool = pool;
        this.segments = new SegmentCache(pool);
        this.nextTick = now + timeouts.tick().toNanos();
        watch.add(this);
        start();
    }

    private void start() {
        Thread.ofPlatform().name(name).daemon().start(this);
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
        boolean ours = true;
        try {
            thread = KernelThread.current();
            while (ours && !closed) {
                try {
                    ours = turn();
                } catch (RuntimeException e) {
                    LOG.log(Logger.Level.ERROR, "an event loop goes on after a mistake", e);
                }
            }
        } catch (IOException e) {
            LOG.log(Logger.Level.ERROR, "an event loop cannot wait for its connections and ends", e);
        }
        if (ours) {
            end();
        }
    }

    private void end() {
        new ArrayList<>(connections).forEach(connection -> connection.close("the target ends"));
        tasks();
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.WARNING, "a selector was not closed", e);
        }
        over.countDown();
    }

    /** False when another thread has the loop now. */
    private boolean turn() throws IOException {
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
        if (!doWrites()) {
            return false;
        }
        flushAll();
        if (now - nextTick >= 0) {
            nextTick = now + timeouts.tick().toNanos();
            for (Connection connection : new ArrayList<>(connections)) {
                connection.guard(connection.tick);
            }
            flushAll();
        }
        return true;
    }

    private boolean doWrites() {
        boolean ours = true;
        while (ours && !writes.isEmpty()) {
            WriteBatch batch = writes.removeFirst();
            long turn = writing.incrementAndGet();
            watch.notice();
            batch.execute(NOTHING);
            ours = writing.compareAndSet(turn, turn + 1);
            if (ours) {
                complete(batch);
            } else {
                post(batch);
            }
        }
        return ours;
    }

    /** Changes whenever the loop begins or ends a write; odd in between. Safe for use from all threads. */
    long writing() {
        return writing.get();
    }

    /** Has another thread go on with the loop if this one still waits to write what it wrote then. For the watch alone. */
    void replaceThread(long then) {
        if (!waits() || !writing.compareAndSet(then, then + 1)) {
            return;
        }
        waryUntil = System.nanoTime() + WARY_NANOS;
        // The turn that it waits in is not over: there may be answers to send, and more to write, before the loop
        // sleeps.
        woken = true;
        start();
    }

    /** Whether its thread waits for something else than a processor. */
    private boolean waits() {
        KernelThread current = thread;
        try {
            return current != null && !current.isRunning();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "it is not known what an event loop waits for", e);
            return true;
        }
    }

    /** Whether the loop may write: not shortly after a disk has made it wait. */
    boolean mayWrite() {
        return now - waryUntil >= 0;
    }

    /** Has the loop write in this turn. */
    void write(WriteBatch batch) {
        writes.addLast(batch);
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
            complete(oldest);
            oldest = following;
        }
    }

    private static void complete(LoopTask task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "a completion failed", e);
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
    void take(SocketChannel channel, Wire wire, InetSocketAddress remote, Admission.Place place, NvmeTarget target) {
        execute(() -> {
            try {
                channel.configureBlocking(false);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                Connection connection = new Connection(this, key, channel, wire, remote, place, target);
                key.attach(connection);
                connections.add(connection);
                place.whenAskedToLeave(() -> connection.end("others wait for its place"));
                if (wire.pending()) {
                    connection.again();
                }
            } catch (IOException e) {
                LOG.log(Logger.Level.DEBUG, remote + " was gone before it was taken", e);
                drop(channel);
                place.gone();
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
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a connection does on its loop. */
    interface Step {
        void run() throws IOException, PduException;
    }
}
