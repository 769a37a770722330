package org.pullboot.nvme;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A queue of an association: many commands under way, each checked from the first PDU that belongs to it to the last.
 * For one thread at a time.
 */
final class InitiatorQueue implements AutoCloseable {
    private static final int GENERATIONS = 12;
    private static final int FABRICS = 0x7f;

    private final InitiatorConnection connection;
    private final int id;
    private final int entries;
    private final boolean flowControl;
    private final List<InitiatorCommand> commands = new ArrayList<>();
    private final Deque<InitiatorCommand> free = new ArrayDeque<>();
    private final Deque<InitiatorCommand> completed = new ArrayDeque<>();
    private int underWay;
    private int head;
    private int tail;
    private int generation;
    private boolean connected;

    /** {@code entries} is the size given in Connect, so one less may be under way at a time. */
    InitiatorQueue(InitiatorConnection connection, int id, int entries, boolean flowControl) {
        this.connection = connection;
        this.id = id;
        this.entries = entries;
        this.flowControl = flowControl;
        for (int slot = 0; slot < entries - 1; slot++) {
            commands.add(new InitiatorCommand(slot));
            free.add(commands.get(slot));
        }
    }

    int id() {
        return id;
    }

    InitiatorConnection connection() {
        return connection;
    }

    int underWay() {
        return underWay;
    }

    /** Commands that can be under way at one time. */
    int depth() {
        return entries - 1;
    }

    /** Whether another command can be taken. */
    boolean hasRoom() {
        return !free.isEmpty();
    }

    /** A place for a command; to be submitted next. */
    InitiatorCommand take() {
        InitiatorCommand command = free.removeLast();
        command.renew();
        return command;
    }

    /** Gives the place of a completed command back. */
    void release(InitiatorCommand command) {
        free.addLast(command);
    }

    /** Sends the command with the next {@link #flush}. */
    void submit(InitiatorCommand command) throws IOException {
        command.cid = command.slot | (generation++ & 0xf) << GENERATIONS;
        command.busy = true;
        command.submitted = System.nanoTime();
        ByteBuffer inline = command.inCapsule ? command.outgoing : InitiatorCommand.NOTHING;
        command.demanded = inline.remaining();
        command.sqe
                .cid(command.cid)
                .fitSgl(
                        inline.hasRemaining(),
                        command.outgoing.hasRemaining() ? command.outgoing.remaining() : command.expected);
        underWay++;
        tail = (tail + 1) % entries;
        connection.queueCapsule(command.sqe, inline);
    }

    void flush() throws IOException {
        connection.flush();
    }

    /** Whether {@link #await()} would not wait for the target. */
    boolean hasCompleted() {
        return !completed.isEmpty() || connection.hasWhole();
    }

    /** The next command that completes, in whatever order. Release it when it is done with. */
    InitiatorCommand await() throws IOException {
        while (completed.isEmpty()) {
            handle();
        }
        return completed.removeFirst();
    }

    /** Waits for that command; others that complete meanwhile are kept for {@link #await()}. */
    InitiatorCommand await(InitiatorCommand command) throws IOException {
        while (!completed.remove(command)) {
            handle();
        }
        return command;
    }

    /** Connects the queue. */
    InitiatorCommand connect(InitiatorSqe sqe, byte[] data) throws IOException {
        return execute(sqe, data, true, 0);
    }

    /** One command without data, from beginning to end. */
    InitiatorCommand execute(InitiatorSqe sqe) throws IOException {
        return execute(sqe, new byte[0], true, 0);
    }

    /** One command that sends data in its capsule. */
    InitiatorCommand executeInCapsule(InitiatorSqe sqe, byte[] data) throws IOException {
        return execute(sqe, data, true, 0);
    }

    /** One command whose data the target asks for. */
    InitiatorCommand executeOnDemand(InitiatorSqe sqe, byte[] data) throws IOException {
        return execute(sqe, data, false, 0);
    }

    /** One command that brings data. */
    InitiatorCommand execute(InitiatorSqe sqe, int bytes) throws IOException {
        return execute(sqe, new byte[0], true, bytes);
    }

    private InitiatorCommand execute(InitiatorSqe sqe, byte[] data, boolean inCapsule, int bytes) throws IOException {
        InitiatorCommand command = start(sqe, data, inCapsule, bytes);
        await(command);
        release(command);
        return command;
    }

    /** Sends a command and does not wait. */
    InitiatorCommand start(InitiatorSqe sqe, byte[] data, boolean inCapsule, int bytes) throws IOException {
        InitiatorCommand command = take();
        command.sqe.copy(sqe);
        command.outgoing = ByteBuffer.wrap(data);
        command.inCapsule = inCapsule;
        command.incoming = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        command.expected = bytes;
        command.mayBeShort = id == 0 || sqe.u8(0) == FABRICS;
        submit(command);
        flush();
        return command;
    }

    /** Takes one PDU and does what it asks for. */
    private void handle() throws IOException {
        InitiatorPdu pdu = connection.next();
        if (pdu == null) {
            throw new EOFException("the target closed queue %d with %d commands under way".formatted(id, underWay));
        }
        switch (pdu.type()) {
            case InitiatorPdu.C2H_DATA -> data(pdu);
            case InitiatorPdu.R2T -> demand(pdu);
            case InitiatorPdu.CAPSULE_RESP -> response(pdu);
            default -> throw new InitiatorTermination(pdu);
        }
    }

    private InitiatorCommand command(InitiatorPdu pdu, int cid) {
        int slot = cid & (1 << GENERATIONS) - 1;
        InitiatorViolation.unless(
                slot < commands.size() && commands.get(slot).busy && commands.get(slot).cid == cid,
                "command 0x%04x is not under way on queue %d, but it is named by a %s",
                cid,
                id,
                pdu);
        return commands.get(slot);
    }

    private void data(InitiatorPdu pdu) {
        InitiatorCommand command = command(pdu, pdu.u16(8));
        int room = command.expected;
        InitiatorViolation.unless(room > 0, "data came for a %s, which asked for none", command);
        InitiatorViolation.unless(!command.lastSeen, "more data came after the last of a %s", command);
        InitiatorViolation.unless(
                pdu.u32(12) == command.received && pdu.u32(16) <= room - command.received,
                "%d bytes of data for offset %d came where %d of %d bytes had come, for a %s",
                pdu.u32(16),
                pdu.u32(12),
                command.received,
                room,
                command);
        if (command.incoming.capacity() > 0) {
            pdu.copyData(command.incoming, command.received);
        }
        command.received += pdu.dataLength();
        command.lastSeen = pdu.is(InitiatorPdu.LAST);
        InitiatorViolation.unless(
                command.lastSeen || command.received < room,
                "all data came, none of it marked as the last, for a %s",
                command);
        if (pdu.is(InitiatorPdu.SUCCESS)) {
            InitiatorViolation.unless(
                    !flowControl, "SUCCESS came in a C2HData although SQ flow control is on, for a %s", command);
            complete(command);
        }
    }

    private void demand(InitiatorPdu pdu) throws IOException {
        int cid = pdu.u16(8);
        int tag = pdu.u16(10);
        long offset = pdu.u32(12);
        long length = pdu.u32(16);
        InitiatorCommand command = command(pdu, cid);
        int total = command.outgoing.remaining();
        InitiatorViolation.unless(
                total > 0 && !command.inCapsule, "R2T came for a %s, which has nothing to send", command);
        InitiatorViolation.unless(
                offset == command.demanded && length > 0 && length <= total - command.demanded,
                "R2T asks for %d bytes from %d on, where %d of %d had been asked for, for a %s",
                length,
                offset,
                command.demanded,
                total,
                command);
        command.demanded += (int) length;
        int position = command.outgoing.position();
        for (int sent = 0; sent < length; ) {
            int count = (int) Math.min(length - sent, connection.maximumData());
            ByteBuffer part = command.outgoing.slice(position + (int) offset + sent, count);
            connection.queueData(cid, tag, offset + sent, part, sent + count == length);
            sent += count;
        }
    }

    private void response(InitiatorPdu pdu) {
        InitiatorCommand command = command(pdu, pdu.u16(20));
        InitiatorViolation.unless(
                pdu.u16(18) == id || pdu.u16(18) == 0, "a completion on queue %d says queue %d", id, pdu.u16(18));
        InitiatorViolation.unless((pdu.u16(22) & 1) == 0, "the phase bit of a completion is 1, for a %s", command);
        command.status = pdu.u16(22) >> 1;
        command.result = pdu.u64(8);
        queueHead(pdu.u16(16), command);
        complete(command);
        if (id > 0 && command.sqe.u8(0) != FABRICS) {
            InitiatorViolation.unless(
                    command.result == 0, "result 0x%x came for a %s, which has none", command.result, command);
        }
    }

    private void queueHead(int reported, InitiatorCommand command) {
        if (!connected) {
            // Targets differ in whether Connect itself counts, so what it says is where counting begins.
            int wanted = flowControl ? reported & 1 : 0xffff;
            InitiatorViolation.unless(
                    !command.succeeded() || reported == wanted, "SQHD after Connect is %d on queue %d", reported, id);
            connected = command.succeeded();
            head = reported % entries;
            tail = head;
            return;
        }
        if (!flowControl) {
            InitiatorViolation.unless(
                    reported == 0 || reported == 0xffff, "SQHD is %d although SQ flow control is off", reported);
            return;
        }
        int moved = Math.floorMod(reported - head, entries);
        InitiatorViolation.unless(
                reported < entries && moved <= Math.floorMod(tail - head, entries),
                "SQHD of queue %d is %d, but goes from %d to at most %d",
                id,
                reported,
                head,
                tail);
        InitiatorViolation.unless(
                underWay > 1 || reported == tail,
                "SQHD of queue %d is %d with all commands completed, though %d entries were given",
                id,
                reported,
                tail);
        head = reported;
    }

    private void complete(InitiatorCommand command) {
        if (command.succeeded()) {
            int room = command.expected;
            InitiatorViolation.unless(
                    command.received == room || (command.mayBeShort && (command.lastSeen || command.received == 0)),
                    "%d of %d bytes came for a %s",
                    command.received,
                    room,
                    command);
            InitiatorViolation.unless(
                    command.demanded == command.outgoing.remaining(),
                    "a %s succeeded when the target had asked for %d of %d bytes",
                    command,
                    command.demanded,
                    command.outgoing.remaining());
        }
        command.busy = false;
        underWay--;
        completed.addLast(command);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
