package org.pullboot.nvme;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/**
 * One TCP connection, which carries one queue. For the thread of its loop, but where it says otherwise.
 *
 * <p>Ends in two steps: the socket is closed at once; the connection is over when nothing of it is under way any more.
 */
final class Connection {
    /** Data of one H2CData at most (MAXH2CDATA): {@value} bytes, so that one R2T is answered by one. */
    static final int MAX_H2C_DATA = IoCheck.MAX_TRANSFER;

    private static final Logger LOG = System.getLogger(Connection.class.getName());
    private static final int MAX_OUTBOUND = 4 << 20;
    private static final int UNCONNECTED_ENTRIES = 32;
    private static final int LARGE_TRANSFER = 16 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    final EventLoop.Step ready = this::onReady;
    final EventLoop.Step turn = this::onTurn;
    final EventLoop.Step fed = this::onFed;
    final EventLoop.Step tick = this::onTick;
    final EventLoop.Step flush = this::onFlush;

    private final EventLoop loop;
    private final SelectionKey key;
    private final Wire wire;
    private final Optional<TlsIdentity> identity;
    private final Admission.Place place;
    private final NvmeTarget target;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Outbound out;
    private final Receiver receiver;
    private final Slots slots;
    private final FabricsCommands fabrics;
    private Commands commands;

    private boolean dirty;
    private boolean queued;
    private boolean starving;
    private boolean closed;
    private boolean over;
    private boolean discarding;
    private boolean closeWhenSent;
    private volatile boolean ended;

    /** Commands and admin tasks that another thread has. */
    private int away;

    /** Bytes of memory that commands hold. */
    private long held;

    private int largeTransfers;
    private int transfers;

    private final Patience patience;

    /** A connection that has just been accepted. */
    Connection(
            EventLoop loop,
            SelectionKey key,
            SocketChannel channel,
            Wire wire,
            InetSocketAddress remote,
            Admission.Place place,
            NvmeTarget target)
            throws IOException {
        this.loop = loop;
        this.key = key;
        this.wire = wire;
        this.identity = wire.identity();
        this.place = place;
        this.target = target;
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.remote = remote;
        this.out = new Outbound(loop);
        this.receiver = new Receiver(this);
        this.slots = new Slots(this, UNCONNECTED_ENTRIES);
        this.fabrics = new FabricsCommands(this, target);
        this.commands = fabrics;
        this.patience = new Patience(loop.timeouts(), loop.now());
    }

    EventLoop loop() {
        return loop;
    }

    /** Our end of it. */
    InetSocketAddress local() {
        return local;
    }

    /** The host's end of it. */
    InetSocketAddress remote() {
        return remote;
    }

    /** Whether what is sent may be memory that only system calls may read. */
    boolean sendsViews() {
        return wire.sendsViews();
    }

    /** Whom the host has proved to be by TLS; empty without it. */
    Optional<TlsIdentity> identity() {
        return identity;
    }

    Slots slots() {
        return slots;
    }

    Outbound out() {
        return out;
    }

    Commands commands() {
        return commands;
    }

    FabricsCommands fabrics() {
        return fabrics;
    }

    /** Whether nothing that has not begun may touch a device any more. Safe for use from all threads. */
    boolean ended() {
        return ended;
    }

    /** Whether the socket is closed. */
    boolean closed() {
        return closed;
    }

    /** Runs a step; what goes wrong in it ends this connection alone. */
    void guard(EventLoop.Step step) {
        try {
            step.run();
        } catch (PduException e) {
            terminate(e, NOTHING, 0, 0);
        } catch (IOException e) {
            close("it broke: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a mistake of the target ends the connection of " + remote, e);
            close("of a mistake");
        }
    }

    private void onReady() throws IOException, PduException {
        if (closed || !key.isValid()) {
            return;
        }
        int operations = key.readyOps();
        if ((operations & SelectionKey.OP_READ) != 0 && !receive()) {
            close("the host hung up");
            return;
        }
        onTurn();
    }

    private boolean receive() throws IOException, PduException {
        fabrics.touch(loop.now());
        return receiver.receive(wire);
    }

    private void onTurn() throws IOException, PduException {
        queued = false;
        if (closed) {
            return;
        }
        if (wire.pending() && mayReceive() && !receive()) {
            close("the host hung up");
            return;
        }
        if (!discarding) {
            commands.submit();
            commands.start();
        }
        onFlush();
    }

    private void onFed() throws IOException, PduException {
        starving = false;
        onTurn();
    }

    /** Sends what waits, and sees what this connection has to wait for next. */
    private void onFlush() throws IOException, PduException {
        if (dirty) {
            dirty = false;
            if (!closed && !discarding) {
                commands.start();
            }
        }
        if (closed) {
            return;
        }
        send();
        if (closeWhenSent && out.isEmpty()) {
            close("the host disconnected");
            return;
        }
        watch();
    }

    /** Sends as much as is taken now. */
    void send() throws IOException {
        if (out.write(wire) || out.isEmpty()) {
            patience.sent(loop.now());
        }
    }

    private void watch() {
        boolean receives = mayReceive();
        int wanted = (receives ? SelectionKey.OP_READ : 0) | (out.isEmpty() ? 0 : SelectionKey.OP_WRITE);
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
        if (receives && wire.pending()) {
            again();
        }
        if (!receives && mayAnswer() && !fabrics.backlogged()) {
            starve();
        }
    }

    /**
     * Whether there is memory for what the host may send, and it reads what it is sent. Signs of life are heard always,
     * and what was asked for is what memory waits for.
     */
    boolean mayReceive() {
        if (discarding) {
            return true;
        }
        if (out.bytes() >= MAX_OUTBOUND || fabrics.backlogged()) {
            return false;
        }
        return commands == fabrics || transfers > 0 || target.pool().allows(held + out.held());
    }

    /** Whether there is room for more answers. */
    boolean mayAnswer() {
        return out.bytes() < MAX_OUTBOUND;
    }

    /** Has {@link #onTurn} called again when the other connections had theirs. */
    void again() {
        if (!queued) {
            queued = true;
            loop.again(this);
        }
    }

    /** Has {@link #onFed} called when there is more memory. */
    void starve() {
        if (!starving) {
            starving = true;
            loop.starving(this);
        }
    }

    /** ICReq has come. */
    void initialise(Session agreed) {
        receiver.agree(agreed);
        out.initialised(MAX_H2C_DATA, agreed);
        out.agree(agreed);
    }

    /** Its queue may be used: the host has connected it, and authenticated if it has to. */
    void admitted() {
        place.settled();
    }

    /** The queue is connected, and its commands are these from now on. */
    void connected(Commands next, int entries) {
        commands = next;
        slots.resize(entries);
    }

    /** Memory that a command holds, or no longer holds. */
    void held(long change) {
        held += change;
    }

    long held() {
        return held;
    }

    /** Gives a command's memory back. */
    void releaseSegments(Command command) {
        for (int i = 0; i < command.segmentCount; i++) {
            Segment segment = command.segment(i);
            if (--segment.users == 0) {
                held -= segment.size();
                loop.segments().release(segment);
            }
        }
        command.segmentCount = 0;
    }

    /** A command waits for data from the host now. */
    void transferBegins(Command command) {
        command.receiving = true;
        transfers++;
        if (command.transfer >= LARGE_TRANSFER) {
            largeTransfers++;
        }
        out.readyToTransfer(command.id, command.tag(), command.transfer);
    }

    /** Its data has come. */
    void transferEnds(Command command) {
        transfers--;
        if (command.transfer >= LARGE_TRANSFER) {
            largeTransfers--;
        }
    }

    /** Whether what comes next is mostly data of large transfers. */
    boolean expectsLargeData() {
        return largeTransfers > 0;
    }

    /** Other threads have so many things more of this connection, which is not over before they are given back. */
    void away(int count) {
        away += count;
    }

    /** They are given back. */
    void back(int count) {
        away -= count;
        if (closed && away == 0) {
            over();
        }
    }

    /** A worker is done with a command. */
    void returned(Command command) {
        finish(command);
        back(1);
        dirty();
    }

    /** A worker is done with commands. */
    void returned(List<Command> batch) {
        for (int i = 0; i < batch.size(); i++) {
            finish(batch.get(i));
        }
        back(batch.size());
        dirty();
    }

    /** Gives up commands of a batch that has not begun. */
    void drop(List<Command> batch) {
        for (int i = 0; i < batch.size(); i++) {
            releaseSegments(batch.get(i));
            slots.free(batch.get(i));
        }
    }

    private void finish(Command command) {
        if (closed || discarding) {
            releaseSegments(command);
            slots.free(command);
        } else {
            commands.finish(command);
        }
    }

    /** Has what was answered sent before the loop sleeps. */
    void dirty() {
        if (!dirty && !closed) {
            dirty = true;
            loop.dirty(this);
        }
    }

    /** Whether commands are still answered. */
    boolean answers() {
        return !closed && !discarding;
    }

    /** Ends it when all answers are sent. */
    void closeWhenSent() {
        closeWhenSent = true;
        dirty();
    }

    /** The host broke the rules: tells it so, and waits for it to hang up (NVMe/TCP Transport 1.0, 3.5). */
    void terminate(PduException error, ByteBuffer bytes, int at, int there) {
        if (closed || discarding) {
            return;
        }
        LOG.log(Level.DEBUG, "{0} breaks the protocol and must connect anew: {1}", remote, error.getMessage());
        int header = there < Pdu.COMMON ? there : Math.max(Pdu.COMMON, bytes.get(at + Pdu.HLEN) & 0xff);
        out.terminate(error, bytes, at, Math.min(Math.min(there, header), 128));
        ended = true;
        discarding = true;
        patience.terminated(loop.now());
        receiver.discard();
        drop();
        dirty();
    }

    /** The host says that we broke the rules. */
    void terminated() {
        LOG.log(Level.DEBUG, "{0} says that the target breaks the protocol, and hangs up", remote);
        close("the host gave up");
    }

    /** Gives up commands that no other thread has. */
    private void drop() {
        commands.drop();
        for (Command command : slots.all()) {
            if (command.receiving) {
                command.receiving = false;
                releaseSegments(command);
                slots.free(command);
            }
        }
        transfers = 0;
        largeTransfers = 0;
    }

    /** Closes the socket and gives up all that no other thread has. Harmless when it is closed. */
    void close(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        ended = true;
        LOG.log(Level.DEBUG, "the connection of {0} ends: {1}", remote, reason);
        try {
            wire.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the socket of " + remote + " did not close well", e);
        }
        receiver.discard();
        drop();
        out.clear();
        fabrics.closed();
        if (away == 0) {
            over();
        }
    }

    /** From any thread: closes it on its loop. */
    void end(String reason) {
        ended = true;
        loop.execute(() -> close(reason));
    }

    private void over() {
        if (!over) {
            over = true;
            loop.remove(this);
            place.gone();
            fabrics.over();
        }
    }

    private void onTick() {
        long now = loop.now();
        if (closed) {
            return;
        }
        String reason = discarding
                ? patience.afterTermination(now)
                : patience.lost(now, receiver.initialised(), fabrics.admitted(), !out.isEmpty());
        boolean waiting = (receiver.inside() || transfers > 0) && mayReceive();
        if (reason == null && !discarding && patience.stalled(now, waiting, receiver.total())) {
            reason = "the host stopped in the middle of a PDU";
        }
        if (reason != null) {
            close(reason);
        } else if (!discarding) {
            fabrics.tick(now);
        }
    }

    @Override
    public String toString() {
        return "connection of " + remote;
    }
}
