package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one I/O queue. For the thread of its connection's loop.
 *
 * <p>Reads that need not wait are answered at once, others are for workers, one by one. What changes or checks a device is
 * done in one batch for each receive: by the loop when it is a little to write, else by a worker.
 */
final class IoCommands implements Commands {
    private static final int TURN_COMMANDS = 64;
    private static final int TURN_BYTES = 1 << 20;

    /** Answers that are sent before more are made, so that their memory is still in the processor's cache. */
    private static final int SEND_AT = 2 * Segment.LARGE_DATA;

    private final Connection connection;
    private final Outbound out;
    private final Slots slots;
    private final QueueState queue;
    private final Controller controller;
    private final Workers workers;
    private final FlushGroups flushes;
    private final IoCounters counters;
    /** Reads, and writes whose data did not come with them, that have not begun. */
    private final ArrayDeque<Command> waiting = new ArrayDeque<>();

    private final ArrayDeque<WriteBatch> spare = new ArrayDeque<>(2);
    private @Nullable WriteBatch batch;
    private boolean working;

    /** What data in capsules is copied to, during one receive. */
    private @Nullable Segment inbound;

    IoCommands(Connection connection, QueueState queue, Controller controller, NvmeTarget target) {
        this.connection = connection;
        this.out = connection.out();
        this.slots = connection.slots();
        this.queue = queue;
        this.controller = controller;
        this.workers = target.workers();
        this.flushes = target.flushes();
        this.counters = controller.counters();
    }

    @Override
    public void capsule(ByteBuffer bytes, int sqe, int data, int length, boolean intact) throws PduException {
        if (Sqe.opcode(bytes, sqe) == Sqe.FABRICS) {
            connection.fabrics().capsule(bytes, sqe, data, length, intact);
            return;
        }
        Command command = slots.take(Sqe.commandId(bytes, sqe));
        queue.advance();
        int status = queue.mayBeUsed();
        if (status == NvmeStatus.SUCCESS) {
            status = IoCheck.fill(command, bytes, sqe, length, controller.namespace(Sqe.namespace(bytes, sqe)));
        }
        if (status == NvmeStatus.SUCCESS && !intact) {
            status = NvmeStatus.TRANSIENT_TRANSPORT_ERROR;
        }
        if (status != NvmeStatus.SUCCESS) {
            command.status = status;
            finish(command);
            return;
        }
        switch (command.opcode) {
            case Sqe.READ -> waiting.addLast(command);
            case Sqe.FLUSH -> flush(command);
            case Sqe.WRITE_ZEROES, Sqe.VERIFY -> batch().add(command);
            default -> {
                if (length > 0) {
                    keep(command, bytes, data, length);
                    batch().add(command);
                } else {
                    waiting.addLast(command);
                }
            }
        }
    }

    private void flush(Command command) {
        if (!command.device().writable()) {
            finish(command);
            return;
        }
        connection.away(1);
        flushes.flush(command);
    }

    /** Copies data out of the receiver's memory, behind that of the commands before it. */
    private void keep(Command command, ByteBuffer bytes, int data, int length) {
        Segment segment = inbound;
        if (segment == null || segment.room() < length) {
            boolean more = segment != null;
            sealInbound();
            segment = connection.loop().segments().leaseAlways(more);
            segment.end = Segment.DATA;
            connection.held(segment.size());
            inbound = segment;
        }
        segment.bytes.put(segment.end, bytes, data, length);
        command.segments[0] = segment;
        command.segmentCount = 1;
        command.dataAt = segment.end;
        segment.users++;
        segment.end += length;
    }

    private void sealInbound() {
        Segment segment = inbound;
        if (segment != null && --segment.users == 0) {
            connection.held(-segment.size());
            connection.loop().segments().release(segment);
        }
        inbound = null;
    }

    private WriteBatch batch() {
        WriteBatch current = batch;
        if (current == null) {
            current = spare.pollFirst();
            if (current == null) {
                current = new WriteBatch(connection, this, flushes);
            }
            batch = current;
        }
        return current;
    }

    /** The batch is complete: what came meanwhile is the next one. */
    void reuse(WriteBatch used) {
        working = false;
        if (spare.size() < 4) {
            spare.addFirst(used);
        }
        submit();
    }

    @Override
    public void transferred(Command command) {
        connection.transferEnds(command);
        if (command.entry != null) {
            connection.fabrics().transferred(command);
        } else if (command.damaged) {
            command.status = NvmeStatus.TRANSIENT_TRANSPORT_ERROR;
            finish(command);
        } else {
            batch().add(command);
        }
    }

    @Override
    public void submit() {
        WriteBatch current = batch;
        // One batch at a time: small ones would cost more in threads that wake each other than in writes.
        if (current != null && !working) {
            // Another thread's view of a segment must not change while it uses it, so the next receive takes another
            // one.
            sealInbound();
            working = true;
            batch = null;
            connection.away(current.size());
            if (current.isBrief() && connection.loop().mayWrite()) {
                connection.loop().write(current);
            } else {
                workers.execute(current);
            }
        }
    }

    @Override
    public void start() throws IOException {
        int commands = 0;
        long bytes = 0;
        while (true) {
            Command command = waiting.peekFirst();
            if (command == null) {
                return;
            }
            if (commands == TURN_COMMANDS || bytes >= TURN_BYTES) {
                connection.again();
                return;
            }
            if (out.bytes() >= SEND_AT) {
                connection.send();
                if (!connection.mayAnswer()) {
                    return;
                }
            }
            if (!start(command)) {
                connection.starve();
                return;
            }
            waiting.removeFirst();
            commands++;
            bytes += command.transfer;
        }
    }

    /** Starts a command; false when there is no memory for it. */
    private boolean start(Command command) {
        if (command.opcode == Sqe.READ) {
            ByteBuffer view = view(command);
            if (view != null) {
                return sendView(command, view);
            }
            return command.transfer <= Segment.SMALL_DATA ? readSmall(command) : readLarge(command);
        }
        if (!lease(command)) {
            return false;
        }
        connection.transferBegins(command);
        return true;
    }

    /** The data of a read where its device has it; null when it has to be copied. */
    private @Nullable ByteBuffer view(Command command) {
        if (!connection.sendsViews() || !out.sendsViews()) {
            return null;
        }
        try {
            return command.device().viewNow(command.offset, command.transfer);
        } catch (IOException | RuntimeException | Error e) {
            // Reading it says so again.
            return null;
        }
    }

    private boolean sendView(Command command, ByteBuffer view) {
        Segment segment = out.roomForHeader(connection.held());
        if (segment == null) {
            return false;
        }
        boolean silent = queue.silent();
        out.view(segment, view, command.id, silent ? Pdu.LAST | Pdu.SUCCEEDED : Pdu.LAST);
        counters.read(1, command.transfer);
        if (silent) {
            slots.free(command);
        } else {
            complete(command);
        }
        return true;
    }

    /** Reads behind the answers that wait already, so that many small ones are one piece of memory. */
    private boolean readSmall(Command command) {
        Segment segment = out.roomForData(command.transfer, connection.held());
        if (segment == null) {
            return false;
        }
        int at = segment.end + out.dataStart();
        boolean read;
        try {
            read = command.device().readNow(segment.window(at, at + command.transfer), command.offset);
        } catch (IOException | RuntimeException | Error e) {
            command.status = DeviceWork.failure(e, true);
            read = true;
        } finally {
            segment.bytes.clear();
        }
        if (!read) {
            return readLater(command);
        }
        if (command.status == NvmeStatus.SUCCESS) {
            boolean silent = queue.silent();
            out.data(segment, command.id, command.transfer, silent ? Pdu.LAST | Pdu.SUCCEEDED : Pdu.LAST);
            counters.read(1, command.transfer);
            if (silent) {
                slots.free(command);
                return true;
            }
        }
        complete(command);
        return true;
    }

    private boolean readLarge(Command command) {
        if (!lease(command)) {
            return false;
        }
        try {
            long offset = command.offset;
            for (int i = 0; i < command.segmentCount; i++) {
                if (!command.device().readNow(command.data(i), offset)) {
                    return readByWorker(command);
                }
                offset += command.dataLength(i);
            }
        } catch (IOException | RuntimeException | Error e) {
            command.status = DeviceWork.failure(e, true);
        }
        finish(command);
        return true;
    }

    private boolean readLater(Command command) {
        return lease(command) && readByWorker(command);
    }

    private boolean readByWorker(Command command) {
        connection.away(1);
        workers.execute(command);
        return true;
    }

    /** Takes memory for a command's data. */
    private boolean lease(Command command) {
        SegmentCache segments = connection.loop().segments();
        long held = connection.held() + out.held();
        command.dataAt = Segment.DATA;
        if (command.transfer <= Segment.SMALL_DATA) {
            Segment segment = segments.lease(false, held);
            if (segment == null) {
                return false;
            }
            command.segments[0] = segment;
            command.segmentCount = 1;
        } else {
            int count = (command.transfer + Segment.LARGE_DATA - 1) / Segment.LARGE_DATA;
            if (!segments.lease(command.segments, count, held)) {
                return false;
            }
            command.segmentCount = count;
        }
        connection.held((long) command.segmentCount * command.segment(0).size());
        return true;
    }

    @Override
    public void finish(Command command) {
        if (command.opcode == Sqe.READ && command.status == NvmeStatus.SUCCESS) {
            counters.read(1, command.transfer);
            if (sendData(command)) {
                slots.free(command);
                return;
            }
        } else {
            count(command);
            connection.releaseSegments(command);
        }
        complete(command);
    }

    /** Hands a read's data over to be sent; whether that completes it. */
    private boolean sendData(Command command) {
        boolean silent = queue.silent();
        int offset = 0;
        for (int i = 0; i < command.segmentCount; i++) {
            Segment segment = command.segment(i);
            segment.bytes.clear();
            int length = command.dataLength(i);
            boolean last = i == command.segmentCount - 1;
            int flags = last ? Pdu.LAST | (silent ? Pdu.SUCCEEDED : 0) : 0;
            connection.held(-segment.size());
            out.data(segment, command.id, offset, length, flags);
            offset += length;
        }
        command.segmentCount = 0;
        return silent;
    }

    private void count(Command command) {
        switch (command.status) {
            case NvmeStatus.SUCCESS -> {
                if (command.opcode == Sqe.WRITE) {
                    counters.wrote(1, command.transfer);
                } else if (command.opcode == Sqe.COMPARE || command.opcode == Sqe.VERIFY) {
                    counters.read(1, command.length);
                }
            }
            case NvmeStatus.UNRECOVERED_READ_ERROR, NvmeStatus.WRITE_FAULT -> counters.mediaError();
            default -> {}
        }
    }

    private void complete(Command command) {
        out.completion(0, queue.head(), queue.id(), command.id, command.status);
        slots.free(command);
    }

    @Override
    public void drop() {
        sealInbound();
        WriteBatch current = batch;
        if (current != null) {
            batch = null;
            current.drop();
        }
        for (Command command : waiting) {
            slots.free(command);
        }
        waiting.clear();
    }
}
