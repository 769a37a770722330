package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A PDU on its way to the target: correct when it is made, and with any byte of its header or its digests set wrong after
 * that. Can be made again and again. NVMe/TCP Transport 1.0, 3.6.2.
 */
final class InitiatorFrame {
    private static final int ROOM = 256;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final InitiatorOptions options;
    private final ByteBuffer header = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C checksum = new CRC32C();
    private ByteBuffer data = NOTHING;
    private int headerLength;
    private int dataStart;
    private boolean headerDigest;
    private boolean dataDigest;
    private int headerDigestError;
    private int dataDigestError;

    InitiatorFrame(InitiatorOptions options) {
        this.options = options;
    }

    static InitiatorFrame icReq(InitiatorOptions options) {
        return new InitiatorFrame(options)
                .reset(InitiatorPdu.IC_REQ, 128, NOTHING, false)
                .u8(10, options.alignment())
                .u8(11, options.digests())
                .u32(12, options.maximumR2t());
    }

    static InitiatorFrame terminate(int status, long information, int copied) {
        return new InitiatorFrame(InitiatorOptions.PLAIN)
                .reset(InitiatorPdu.H2C_TERM_REQ, 24, ByteBuffer.allocate(copied), false)
                .u8(3, 0)
                .u16(8, status)
                .u32(10, (int) information);
    }

    /** A command, with what remains in {@code data} in its capsule. */
    InitiatorFrame capsule(InitiatorSqe sqe, ByteBuffer data) {
        reset(InitiatorPdu.CAPSULE_CMD, 72, data, true);
        header.put(8, sqe.bytes(), 0, InitiatorSqe.LENGTH);
        return this;
    }

    /** What remains in {@code data}, sent on a target's demand. */
    InitiatorFrame h2cData(int cid, int tag, long offset, ByteBuffer data, boolean last) {
        return reset(InitiatorPdu.H2C_DATA, 24, data, true)
                .u8(1, u8(1) | (last ? InitiatorPdu.LAST : 0))
                .u16(8, cid)
                .u16(10, tag)
                .u32(12, (int) offset)
                .u32(16, data.remaining());
    }

    private InitiatorFrame reset(int type, int length, ByteBuffer content, boolean digests) {
        headerLength = length;
        data = content;
        headerDigest = digests && options.headerDigest();
        dataDigest = digests && options.dataDigest() && content.hasRemaining();
        headerDigestError = 0;
        dataDigestError = 0;
        for (int offset = 0; offset < ROOM; offset += Long.BYTES) {
            header.putLong(offset, 0);
        }
        dataStart = length + (headerDigest ? 4 : 0);
        int flags =
                (headerDigest ? InitiatorPdu.HAS_HEADER_DIGEST : 0) | (dataDigest ? InitiatorPdu.HAS_DATA_DIGEST : 0);
        return u8(0, type)
                .u8(1, flags)
                .u8(2, length)
                .u8(3, content.hasRemaining() ? dataStart : 0)
                .u32(4, dataStart + content.remaining() + (dataDigest ? 4 : 0));
    }

    /** The common header's flags. */
    InitiatorFrame flags(int flags) {
        return u8(1, flags);
    }

    InitiatorFrame wrongHeaderDigest() {
        headerDigestError = 0x01000001;
        return this;
    }

    InitiatorFrame wrongDataDigest() {
        dataDigestError = 0x01000001;
        return this;
    }

    InitiatorFrame u8(int offset, int value) {
        header.put(offset, (byte) value);
        return this;
    }

    InitiatorFrame u16(int offset, int value) {
        header.putShort(offset, (short) value);
        return this;
    }

    InitiatorFrame u32(int offset, int value) {
        header.putInt(offset, value);
        return this;
    }

    int u8(int offset) {
        return Byte.toUnsignedInt(header.get(offset));
    }

    int length() {
        return dataStart + data.remaining() + (dataDigest ? 4 : 0);
    }

    /** Appends the whole PDU; the digests are those of what is sent, unless they are to be wrong. */
    void putInto(ByteBuffer out) {
        out.put(header.position(0).limit(headerLength));
        header.clear();
        if (headerDigest) {
            checksum.reset();
            checksum.update(header.array(), 0, headerLength);
            out.putInt((int) checksum.getValue() ^ headerDigestError);
        }
        int position = data.position();
        out.put(data);
        data.position(position);
        if (dataDigest) {
            checksum.reset();
            checksum.update(data);
            data.position(position);
            out.putInt((int) checksum.getValue() ^ dataDigestError);
        }
    }

    /** The whole PDU. */
    byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(length()).order(ByteOrder.LITTLE_ENDIAN);
        putInto(out);
        return out.array();
    }
}
