package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a host sends into PDUs, checks them, and puts the data of transfers where it belongs. For the thread of its
 * connection's loop.
 *
 * <p>Reads into the loop's staging buffer, so that an idle connection has no memory; only the beginning of a PDU that has
 * not come as a whole is kept. The rest of a large transfer is read to its place without a detour.
 */
final class Receiver {
    private static final int READ = 128 << 10;

    /** While large transfers are on their way: a header and little of its data, which would be copied. */
    private static final int READ_HEADER = 4 << 10;

    private static final int DIRECT = 8 << 10;
    private static final int TURN = 1 << 20;

    private final Connection connection;
    private final EventLoop loop;
    private Session session = Session.NEW;

    private @Nullable ByteBuffer stash;

    /** The command whose H2CData is being received, its bytes that are missing, and of their digest. */
    private @Nullable Command filling;

    private int missing;
    private int digestMissing;
    private boolean last;
    private @Nullable CRC32C crc;

    /** Whether what comes is no longer looked at. */
    private boolean discarding;

    private long total;

    Receiver(Connection connection) {
        this.connection = connection;
        this.loop = connection.loop();
    }

    /** What was agreed on. */
    void agree(Session agreed) {
        session = agreed;
        if (agreed.dataDigest()) {
            crc = new CRC32C();
        }
    }

    /** From now on nothing is looked at. */
    void discard() {
        discarding = true;
        release();
    }

    /** Whether a PDU has begun and not ended. */
    boolean inside() {
        return stash != null || filling != null;
    }

    /** Whether ICReq has come. */
    boolean initialised() {
        return session.initialised();
    }

    /** Bytes received so far. */
    long total() {
        return total;
    }

    /** Gives up what it keeps. */
    void release() {
        if (stash != null) {
            loop.release(stash);
            stash = null;
        }
        filling = null;
    }

    /**
     * Receives what is there, within limits.
     *
     * @return false when the host has hung up
     */
    boolean receive(Wire wire) throws IOException, PduException {
        long end = total + TURN;
        while (total < end) {
            if (filling != null && missing >= DIRECT) {
                int got = receiveDirect(wire, filling);
                if (got < 0) {
                    return false;
                }
                if (got == 0) {
                    return true;
                }
                continue;
            }
            ByteBuffer staging = loop.staging().clear();
            if (stash != null) {
                staging.put(stash.flip());
                loop.release(stash);
                stash = null;
            }
            int room = connection.expectsLargeData() ? READ_HEADER : READ;
            int before = staging.position();
            staging.limit(before + room);
            int got = wire.read(staging);
            if (got < 0) {
                return false;
            }
            total += got;
            int length = staging.position();
            staging.clear();
            if (discarding) {
                if (got == 0) {
                    return true;
                }
                continue;
            }
            parse(staging, length);
            if (got < room || !connection.mayReceive()) {
                return true;
            }
        }
        return true;
    }

    private int receiveDirect(Wire wire, Command command) throws IOException, PduException {
        int piece = Math.min(missing, pieceLeft(command));
        int at = pieceAt(command);
        Segment segment = command.segment(pieceIndex(command));
        int got = wire.read(segment.window(at, at + piece));
        segment.bytes.clear();
        if (got > 0) {
            total += got;
            arrived(command, segment, at, got);
            return got == piece ? got : 0;
        }
        return got;
    }

    private void parse(ByteBuffer bytes, int length) throws PduException {
        int at = 0;
        while (at < length && !discarding) {
            if (filling != null) {
                at += filling(bytes, at, length - at, filling);
                continue;
            }
            int there = length - at;
            if (there < Pdu.COMMON) {
                break;
            }
            int need;
            try {
                need = Pdu.check(bytes, at, session);
                if (there >= need) {
                    handle(bytes, at, need);
                }
            } catch (PduException e) {
                connection.terminate(e, bytes, at, there);
                return;
            }
            if (there < need) {
                break;
            }
            at += need;
        }
        if (at < length && !discarding) {
            ByteBuffer kept = loop.stash();
            kept.put(0, bytes, at, length - at).position(length - at);
            stash = kept;
        }
    }

    private void handle(ByteBuffer bytes, int at, int length) throws PduException {
        int type = bytes.get(at);
        if (type == Pdu.IC_REQ) {
            connection.initialise(Session.of(bytes, at));
            return;
        }
        if (type == Pdu.H2C_TERM_REQ) {
            connection.terminated();
            return;
        }
        int hlen = bytes.get(at + Pdu.HLEN);
        if (session.headerDigest()) {
            int received = bytes.getInt(at + hlen);
            if (received != loop.crc(bytes, at, at + hlen)) {
                throw PduException.headerDigest(received);
            }
        }
        if (type == Pdu.CAPSULE_CMD) {
            capsule(bytes, at, length);
        } else {
            transfer(bytes, at);
        }
    }

    private void capsule(ByteBuffer bytes, int at, int length) throws PduException {
        int header = Pdu.CAPSULE_CMD_BYTES + session.headerDigestBytes();
        int data = 0;
        int start = header;
        boolean intact = true;
        if (length > header) {
            start = bytes.get(at + Pdu.PDO) & 0xff;
            data = length - start - session.dataDigestBytes();
            if (session.dataDigest()) {
                int end = at + start + data;
                intact = bytes.getInt(end) == loop.crc(bytes, at + start, end);
            }
        }
        connection.commands().capsule(bytes, at + Pdu.COMMON, at + start, data, intact);
    }

    /** H2CData: its header is there, its data is not yet (NVMe/TCP Transport 1.0, 3.6.2.8). */
    private void transfer(ByteBuffer bytes, int at) throws PduException {
        int tag = bytes.getShort(at + Pdu.TTAG) & 0xffff;
        Command command = connection.slots().receiving(tag);
        if (command.id != (bytes.getShort(at + Pdu.CCCID) & 0xffff)) {
            throw PduException.field(Pdu.CCCID, "data for a command of another id");
        }
        long offset = Integer.toUnsignedLong(bytes.getInt(at + Pdu.DATA_OFFSET));
        long length = Integer.toUnsignedLong(bytes.getInt(at + Pdu.DATA_LENGTH));
        if (offset != command.received) {
            throw PduException.outOfRange("data at " + offset + " instead of " + command.received);
        }
        if (length == 0 || length > command.transfer - command.received) {
            throw PduException.outOfRange(length + " bytes of data at " + offset + " of " + command.transfer);
        }
        if (length > Connection.MAX_H2C_DATA) {
            throw PduException.limit(length + " bytes of data in one PDU");
        }
        int start = bytes.get(at + Pdu.PDO) & 0xff;
        if (Integer.toUnsignedLong(bytes.getInt(at + Pdu.PLEN)) != start + length + session.dataDigestBytes()) {
            throw PduException.field(Pdu.PLEN, "a PLEN that is not that of its data");
        }
        last = (bytes.get(at + Pdu.FLAGS) & Pdu.LAST) != 0;
        if (last != (offset + length == command.transfer)) {
            throw PduException.field(Pdu.FLAGS, "LAST_PDU at " + offset + " of " + command.transfer);
        }
        filling = command;
        missing = (int) length;
        digestMissing = session.dataDigestBytes();
        expected = 0;
        if (crc != null) {
            crc.reset();
        }
    }

    private int expected;

    /** Takes data, or its digest, out of the staging buffer. */
    private int filling(ByteBuffer bytes, int at, int there, Command command) throws PduException {
        if (missing == 0) {
            // The digest comes byte by byte at worst.
            expected |= (bytes.get(at) & 0xff) << (8 * (Pdu.DIGEST_BYTES - digestMissing));
            digestMissing--;
            if (digestMissing == 0) {
                CRC32C sum = crc;
                command.damaged |= sum != null && (int) sum.getValue() != expected;
                arrivedAll(command);
            }
            return 1;
        }
        int piece = Math.min(Math.min(there, missing), pieceLeft(command));
        Segment segment = command.segment(pieceIndex(command));
        int to = pieceAt(command);
        segment.bytes.put(to, bytes, at, piece);
        arrived(command, segment, to, piece);
        return piece;
    }

    private static int pieceIndex(Command command) {
        return command.received / Segment.LARGE_DATA;
    }

    private static int pieceAt(Command command) {
        return command.dataAt + command.received % Segment.LARGE_DATA;
    }

    private static int pieceLeft(Command command) {
        return Segment.LARGE_DATA - command.received % Segment.LARGE_DATA;
    }

    private void arrived(Command command, Segment segment, int at, int length) throws PduException {
        if (crc != null) {
            crc.update(segment.window(at, at + length));
            segment.bytes.clear();
        }
        command.received += length;
        missing -= length;
        if (missing == 0 && digestMissing == 0) {
            arrivedAll(command);
        }
    }

    private void arrivedAll(Command command) throws PduException {
        filling = null;
        if (last) {
            command.receiving = false;
            connection.commands().transferred(command);
        }
    }
}
