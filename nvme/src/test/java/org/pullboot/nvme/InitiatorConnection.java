package org.pullboot.nvme;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a target with ICReq and ICResp exchanged, or about to be: whole PDUs go out, checked PDUs come in, and
 * bytes of any kind can be sent. For one thread at a time.
 */
final class InitiatorConnection implements AutoCloseable {
    /** How long the target may take for anything. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int FIRST_BUFFER = 4 << 10;
    private static final int SEND_BUFFER = 256 << 10;

    private final InitiatorOptions options;
    private final InitiatorSocket socket;
    private final InitiatorPduReader reader;
    private final InitiatorFrame frame;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private int maximumData;
    private int commandAlignment;

    private InitiatorConnection(InitiatorSocket socket, InitiatorOptions options) {
        this.options = options;
        this.socket = socket;
        reader = new InitiatorPduReader(socket, options);
        frame = new InitiatorFrame(options);
    }

    /** Only TCP, nothing sent yet. */
    static InitiatorConnection raw(InetSocketAddress target, InitiatorOptions options, Duration patience)
            throws IOException {
        return new InitiatorConnection(InitiatorSocket.connect(target, patience), options);
    }

    /** Only TCP, nothing sent yet. */
    static InitiatorConnection raw(InetSocketAddress target) throws IOException {
        return raw(target, InitiatorOptions.PLAIN, PATIENCE);
    }

    /** Initialised. */
    static InitiatorConnection open(InetSocketAddress target, InitiatorOptions options) throws IOException {
        InitiatorConnection connection = raw(target, options, PATIENCE);
        try {
            connection.send(InitiatorFrame.icReq(options));
            connection.initialised();
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Takes the ICResp. */
    void initialised() throws IOException {
        InitiatorPdu response = expect(InitiatorPdu.IC_RESP);
        commandAlignment = (response.u8(10) + 1) * 4;
        InitiatorViolation.unless(
                commandAlignment == 4, "a host like Linux takes CPDA 0 only, not %d", response.u8(10));
        maximumData = (int) Math.min(response.u32(12), Integer.MAX_VALUE);
    }

    InitiatorOptions options() {
        return options;
    }

    /** MAXH2CDATA: bytes that one H2CData may carry. */
    int maximumData() {
        return maximumData;
    }

    InitiatorSocket socket() {
        return socket;
    }

    /** A command as it should be, for a test to spoil. */
    InitiatorFrame capsule(InitiatorSqe sqe, byte... data) {
        return new InitiatorFrame(options).capsule(sqe, ByteBuffer.wrap(data));
    }

    /** H2CData as it should be, for a test to spoil. */
    InitiatorFrame h2cData(int cid, int tag, long offset, byte[] data, boolean last) {
        return new InitiatorFrame(options).h2cData(cid, tag, offset, ByteBuffer.wrap(data), last);
    }

    /** Adds a command to what {@link #flush} sends. */
    void queueCapsule(InitiatorSqe sqe, ByteBuffer data) throws IOException {
        queue(frame.capsule(sqe, data));
    }

    /** Adds data to what {@link #flush} sends. */
    void queueData(int cid, int tag, long offset, ByteBuffer data, boolean last) throws IOException {
        queue(frame.h2cData(cid, tag, offset, data, last));
    }

    private void queue(InitiatorFrame pdu) throws IOException {
        int needed = out.position() + pdu.length();
        if (needed > out.capacity() && needed <= SEND_BUFFER) {
            out = InitiatorSocket.buffer(Math.max(FIRST_BUFFER, 2 * needed)).put(out.flip());
        } else if (needed > out.capacity()) {
            flush();
            if (out.capacity() < pdu.length()) {
                out = InitiatorSocket.buffer(pdu.length());
            }
        }
        pdu.putInto(out);
    }

    void flush() throws IOException {
        if (out.position() > 0) {
            socket.send(out.flip());
            out.clear();
        }
    }

    void send(InitiatorFrame pdu) throws IOException {
        send(pdu.bytes());
    }

    /** Sends bytes as they are. */
    void send(byte... bytes) throws IOException {
        flush();
        socket.send(ByteBuffer.wrap(bytes));
    }

    /** Whether {@link #next} would not wait. */
    boolean hasWhole() {
        return reader.hasWhole();
    }

    /** The next PDU; null when the target closed the connection. */
    @Nullable
    InitiatorPdu next() throws IOException {
        flush();
        return reader.next();
    }

    /** The next PDU; there must be one. */
    InitiatorPdu any() throws IOException {
        InitiatorPdu pdu = next();
        if (pdu == null) {
            throw new EOFException("the target closed the connection instead of sending a PDU");
        }
        return pdu;
    }

    /** The next PDU, which must be of that type. */
    InitiatorPdu expect(int type) throws IOException {
        InitiatorPdu pdu = any();
        InitiatorViolation.unless(pdu.type() == type, "a PDU of type 0x%02x was expected, not a %s", type, pdu);
        return pdu;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
