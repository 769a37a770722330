package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a connection before it has a queue, those of an admin queue, and the Fabrics commands of an I/O queue.
 * For the thread of its connection's loop; what may wait is done by the association's executor, one thing at a time.
 */
final class FabricsCommands implements Commands {
    private static final int FLAGS = 0x40;
    private static final int SET_FEATURES = 0x09;
    private static final int GET_LOG_PAGE = 0x02;
    private static final int IDENTIFY = 0x06;
    private static final int ABORT = 0x08;
    private static final int GET_FEATURES = 0x0a;
    private static final int ASYNC_EVENT_REQUEST = 0x0c;
    private static final int KEEP_ALIVE = 0x18;

    /** Admin commands that wait to be executed, until no more are read. */
    private static final int BACKLOG = 16;

    /** Bytes that a host may send with an admin command. */
    private static final int MOST_DATA = Segment.SMALL_DATA;

    private final Connection connection;
    private final NvmeTarget target;
    private final Outbound out;
    private final Slots slots;
    private boolean connecting;
    private @Nullable Association association;
    private @Nullable QueueState queue;
    private boolean admitted;
    private int backlog;

    FabricsCommands(Connection connection, NvmeTarget target) {
        this.connection = connection;
        this.target = target;
        this.out = connection.out();
        this.slots = connection.slots();
    }

    /** What the connection belongs to; null before it is connected. */
    @Nullable
    Association association() {
        return association;
    }

    /** Whether it has a queue that may be used, or might once. */
    boolean admitted() {
        return admitted;
    }

    /** Whether so many commands wait that no more should come. */
    boolean backlogged() {
        return backlog >= BACKLOG;
    }

    /** A sign of life. */
    void touch(long now) {
        if (association != null) {
            association.touch(now);
        }
    }

    /** Looks after the association, when this is its admin connection. */
    void tick(long now) {
        QueueState connected = queue;
        if (association != null && connected != null && connected.id() == 0) {
            association.tick(now);
        }
    }

    @Override
    public void capsule(ByteBuffer bytes, int sqe, int data, int length, boolean intact) throws PduException {
        Command command = slots.take(Sqe.commandId(bytes, sqe));
        if (queue != null) {
            queue.advance();
        }
        command.opcode = Sqe.opcode(bytes, sqe);
        command.entry = ByteBuffer.allocate(Pdu.SQE_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, bytes, sqe, Pdu.SQE_BYTES);
        int status = check(command, command.entry, length);
        if (status == NvmeStatus.SUCCESS && !intact) {
            status = NvmeStatus.TRANSIENT_TRANSPORT_ERROR;
        }
        if (status != NvmeStatus.SUCCESS) {
            answer(command, AdminReply.failed(status));
            return;
        }
        if (length == 0 && command.transfer > 0 && bringsData(command.entry)) {
            ask(command);
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, bytes, data, length);
        dispatch(command, copy);
    }

    /** Checks what the transport has to check; commands that nobody knows are for the controller to refuse. */
    private static int check(Command command, ByteBuffer entry, int inCapsule) {
        if (!takesData(entry) && !bringsData(entry)) {
            boolean known = isKnownWithoutData(entry);
            return known && inCapsule > 0 ? IoCheck.permanent(NvmeStatus.INVALID_FIELD) : NvmeStatus.SUCCESS;
        }
        if (Sqe.flags(entry, 0) != FLAGS) {
            return IoCheck.permanent(NvmeStatus.INVALID_FIELD);
        }
        if (Sqe.opcode(entry, 0) == SET_FEATURES && inCapsule == 0 && Sqe.sglLength(entry, 0) == 0) {
            return NvmeStatus.SUCCESS;
        }
        boolean brings = bringsData(entry);
        if (!brings && inCapsule > 0) {
            return IoCheck.permanent(NvmeStatus.INVALID_FIELD);
        }
        int status = IoCheck.sgl(entry, 0, inCapsule, brings);
        if (status != NvmeStatus.SUCCESS) {
            return status;
        }
        long length = Sqe.sglLength(entry, 0);
        if (brings && length > MOST_DATA) {
            return IoCheck.permanent(NvmeStatus.SGL_DATA_LENGTH_INVALID);
        }
        command.transfer = (int) Math.min(length, Integer.MAX_VALUE);
        return NvmeStatus.SUCCESS;
    }

    private static boolean bringsData(ByteBuffer entry) {
        int opcode = Sqe.opcode(entry, 0);
        int type = Sqe.fabricsType(entry, 0);
        return opcode == SET_FEATURES
                || (opcode == Sqe.FABRICS && (type == Sqe.CONNECT || type == Sqe.AUTHENTICATION_SEND));
    }

    private static boolean takesData(ByteBuffer entry) {
        return switch (Sqe.opcode(entry, 0)) {
            case GET_LOG_PAGE, IDENTIFY, GET_FEATURES -> true;
            case Sqe.FABRICS -> Sqe.fabricsType(entry, 0) == Sqe.AUTHENTICATION_RECEIVE;
            default -> false;
        };
    }

    private static boolean isKnownWithoutData(ByteBuffer entry) {
        return switch (Sqe.opcode(entry, 0)) {
            case ABORT, ASYNC_EVENT_REQUEST, KEEP_ALIVE -> true;
            case Sqe.FABRICS -> true;
            default -> false;
        };
    }

    private void ask(Command command) {
        Segment segment = connection.loop().segments().leaseAlways(false);
        connection.held(segment.size());
        command.segments[0] = segment;
        command.segmentCount = 1;
        command.dataAt = Segment.DATA;
        connection.transferBegins(command);
    }

    @Override
    public void transferred(Command command) {
        connection.transferEnds(command);
        ByteBuffer copy = ByteBuffer.allocate(command.transfer).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, command.segment(0).bytes, command.dataAt, command.transfer);
        connection.releaseSegments(command);
        if (command.damaged) {
            answer(command, AdminReply.failed(NvmeStatus.TRANSIENT_TRANSPORT_ERROR));
        } else {
            dispatch(command, copy);
        }
    }

    private void dispatch(Command command, ByteBuffer data) {
        ByteBuffer entry = entry(command);
        boolean fabrics = command.opcode == Sqe.FABRICS;
        int type = fabrics ? Sqe.fabricsType(entry, 0) : -1;
        QueueState connected = queue;
        Association joined = association;
        if (connected == null || joined == null) {
            if (type == Sqe.CONNECT && !connecting) {
                connect(command, data);
            } else {
                answer(command, AdminReply.failed(NvmeStatus.COMMAND_SEQUENCE_ERROR));
            }
        } else if (type == Sqe.AUTHENTICATION_SEND || type == Sqe.AUTHENTICATION_RECEIVE) {
            authenticate(command, data, connected, joined);
        } else if (connected.mayBeUsed() != NvmeStatus.SUCCESS) {
            answer(command, AdminReply.failed(connected.mayBeUsed()));
        } else if (type == Sqe.CONNECT) {
            answer(command, AdminReply.failed(NvmeStatus.COMMAND_SEQUENCE_ERROR));
        } else if (connected.id() == 0 && command.opcode == KEEP_ALIVE) {
            // At once: its host would not believe that we live while another command takes its time.
            answer(command, joined.keepAlive(entry));
        } else if (connected.id() == 0) {
            connection.away(1);
            later(joined, 1, () -> joined.execute(entry, data, reply -> reply(command, reply)));
        } else if (type == Sqe.DISCONNECT) {
            answer(command, AdminReply.success());
            connection.closeWhenSent();
        } else {
            answer(command, AdminReply.failed(IoCheck.permanent(NvmeStatus.INVALID_OPCODE)));
        }
    }

    private void connect(Command command, ByteBuffer data) {
        connecting = true;
        connection.away(1);
        ByteBuffer entry = entry(command);
        target.associations()
                .connect(
                        connection,
                        entry,
                        data,
                        outcome -> connection.loop().execute(() -> connected(command, outcome)));
    }

    /** A Connect command is decided. */
    private void connected(Command command, ConnectOutcome outcome) {
        connecting = false;
        switch (outcome) {
            case ConnectOutcome.Refused refused ->
                finish(command, new AdminReply.Done(refused.status(), refused.result()));
            case ConnectOutcome.Joined joined -> {
                association = joined.association();
                if (connection.answers()) {
                    QueueState state = joined.queue();
                    queue = state;
                    joined.association().touch(connection.loop().now());
                    if (state.authentication() == null) {
                        admit();
                    }
                    complete(command, NvmeStatus.SUCCESS, joined.result(), state.silent() ? 0xffff : state.head());
                    connection.connected(
                            state.id() == 0 ? this : joined.association().commands(connection, state, target),
                            state.entries());
                } else {
                    slots.free(command);
                }
                if (connection.closed()) {
                    joined.association().closed(connection);
                }
            }
        }
        connection.back(1);
        connection.dirty();
    }

    private void admit() {
        if (!admitted) {
            admitted = true;
            connection.admitted();
        }
    }

    private void authenticate(Command command, ByteBuffer data, QueueState connected, Association joined) {
        Authentication authentication = connected.authentication();
        if (authentication == null) {
            answer(command, AdminReply.failed(IoCheck.permanent(NvmeStatus.INVALID_FIELD)));
            return;
        }
        ByteBuffer entry = entry(command);
        boolean sends = Sqe.fabricsType(entry, 0) == Sqe.AUTHENTICATION_SEND;
        // It touches no device, so that the end of the connection need not wait for it.
        later(joined, 0, () -> {
            AdminReply reply = target.associations()
                    .expensive(() -> sends ? authentication.send(entry, data) : authentication.receive(entry));
            boolean authentic = authentication.authenticated();
            if (!authentic || connected.id() != 0 || target.associations().succeeds(joined)) {
                reply(command, reply, authentic);
            }
        });
    }

    /** Has the association's executor do something, and gives things back after it. */
    private void later(Association joined, int away, Runnable action) {
        backlog++;
        joined.executor().execute(() -> {
            try {
                if (!connection.ended()) {
                    action.run();
                }
            } finally {
                connection.loop().execute(() -> executed(away));
            }
        });
    }

    private void executed(int away) {
        backlog--;
        connection.back(away);
        connection.dirty();
    }

    /** From any thread: answers a command. */
    private void reply(Command command, AdminReply reply) {
        reply(command, reply, false);
    }

    private void reply(Command command, AdminReply reply, boolean authentic) {
        connection.loop().execute(() -> {
            if (authentic) {
                admit();
            }
            finish(command, reply);
            connection.dirty();
        });
    }

    private void finish(Command command, AdminReply reply) {
        if (connection.answers()) {
            answer(command, reply);
        } else {
            slots.free(command);
        }
    }

    private void answer(Command command, AdminReply reply) {
        int head = queue == null ? 0 : queue.head();
        switch (reply) {
            case AdminReply.Done done -> complete(command, done.status(), done.result(), head);
            case AdminReply.Data data -> {
                ByteBuffer content = data.content().duplicate();
                content.limit(content.position() + Math.min(content.remaining(), command.transfer));
                out.data(command.id, content);
                complete(command, NvmeStatus.SUCCESS, 0, head);
            }
        }
    }

    private void complete(Command command, int status, long result, int head) {
        out.completion(result, head, queue == null ? 0 : queue.id(), command.id, status);
        slots.free(command);
    }

    private static ByteBuffer entry(Command command) {
        ByteBuffer entry = command.entry;
        if (entry == null) {
            throw new IllegalStateException("an admin command has lost its entry");
        }
        return entry;
    }

    @Override
    public void start() {}

    @Override
    public void submit() {}

    @Override
    public void finish(Command command) {
        throw new IllegalStateException("no worker has commands of an admin queue");
    }

    @Override
    public void drop() {}

    /** The socket is closed. */
    void closed() {
        if (association != null) {
            association.closed(connection);
        }
    }

    /** Nothing of the connection is under way any more. */
    void over() {
        QueueState connected = queue;
        if (association != null) {
            association.over(connection, connected == null ? -1 : connected.id());
        }
    }
}
