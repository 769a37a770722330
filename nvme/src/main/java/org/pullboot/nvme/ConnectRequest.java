package org.pullboot.nvme;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A Connect command, checked as far as it can be by itself (NVMe over Fabrics 1.1, 3.3).
 *
 * @param queue the queue's id; 0 is the admin queue
 * @param entries commands that the queue holds
 * @param flowControl whether the host wants to know how far its queue was emptied
 * @param keepAliveMillis unsigned; for the admin queue
 * @param host who connects
 * @param controller the controller's id; 65,535 for a new one
 * @param subsystemNqn what it connects to
 */
record ConnectRequest(
        int queue,
        int entries,
        boolean flowControl,
        long keepAliveMillis,
        Host host,
        int controller,
        String subsystemNqn) {
    /** Bytes of a Connect command's data. */
    static final int DATA = 1024;

    /** The controller id that asks for a new one. */
    static final int ANY_CONTROLLER = 0xffff;

    private static final int FORMAT = 40;
    private static final int QUEUE = 42;
    private static final int ENTRIES = 44;
    private static final int ATTRIBUTES = 46;
    private static final int KEEP_ALIVE = 48;
    private static final int HOST_ID = 0;
    private static final int CONTROLLER = 16;
    private static final int SUBSYSTEM = 256;
    private static final int HOST = 512;
    private static final int NQN_BYTES = 256;
    private static final int NQN_LENGTH = 223;

    /**
     * Reads one.
     *
     * @param sqe its submission queue entry, little-endian from 0
     * @param data its data, little-endian
     * @param mostEntries commands that a queue may hold
     * @throws ConnectException when it is not well-formed
     */
    static ConnectRequest parse(ByteBuffer sqe, ByteBuffer data, InetAddress address, int mostEntries)
            throws ConnectException {
        if (sqe.getShort(FORMAT) != 0) {
            throw new ConnectException(NvmeStatus.CONNECT_INCOMPATIBLE_FORMAT | NvmeStatus.DO_NOT_RETRY, 0);
        }
        if (data.remaining() != DATA) {
            throw new ConnectException(NvmeStatus.SGL_DATA_LENGTH_INVALID | NvmeStatus.DO_NOT_RETRY, 0);
        }
        int entries = (sqe.getShort(ENTRIES) & 0xffff) + 1;
        if (entries < 2 || entries > mostEntries) {
            throw ConnectException.inCommand(ENTRIES);
        }
        int queue = sqe.getShort(QUEUE) & 0xffff;
        int controller = data.getShort(CONTROLLER) & 0xffff;
        if (queue == 0 && controller != ANY_CONTROLLER) {
            throw ConnectException.inData(CONTROLLER, true);
        }
        ByteBuffer id = data.duplicate().order(ByteOrder.BIG_ENDIAN);
        UUID hostId = new UUID(id.getLong(HOST_ID), id.getLong(HOST_ID + 8));
        if (hostId.getMostSignificantBits() == 0 && hostId.getLeastSignificantBits() == 0) {
            throw ConnectException.inData(HOST_ID, true);
        }
        return new ConnectRequest(
                queue,
                entries,
                (sqe.get(ATTRIBUTES) & 0x04) == 0,
                Integer.toUnsignedLong(sqe.getInt(KEEP_ALIVE)),
                new Host(nqn(data, HOST), hostId, address),
                controller,
                nqn(data, SUBSYSTEM));
    }

    private static String nqn(ByteBuffer data, int at) throws ConnectException {
        byte[] bytes = new byte[NQN_BYTES];
        data.get(at, bytes);
        int length = 0;
        while (length < NQN_BYTES && bytes[length] != 0) {
            if (bytes[length] <= 0x20 || bytes[length] > 0x7e) {
                throw ConnectException.inData(at, true);
            }
            length++;
        }
        if (length > NQN_LENGTH
                || length < 5
                || bytes[0] != 'n'
                || bytes[1] != 'q'
                || bytes[2] != 'n'
                || bytes[3] != '.') {
            throw ConnectException.inData(at, true);
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
