package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A PDU that was received (NVMe/TCP Transport 1.0, 3.6.1), read in place: valid until the next one is asked for. Offsets
 * are those of the specification's figures, numbers little-endian and unsigned.
 */
final class InitiatorPdu {
    static final int IC_REQ = 0x00;
    static final int IC_RESP = 0x01;
    static final int H2C_TERM_REQ = 0x02;
    static final int C2H_TERM_REQ = 0x03;
    static final int CAPSULE_CMD = 0x04;
    static final int CAPSULE_RESP = 0x05;
    static final int H2C_DATA = 0x06;
    static final int C2H_DATA = 0x07;
    static final int R2T = 0x09;

    static final int HAS_HEADER_DIGEST = 1;
    static final int HAS_DATA_DIGEST = 2;
    static final int LAST = 4;
    static final int SUCCESS = 8;

    private final ByteBuffer bytes;
    private final int start;
    private final int dataStart;
    private final int dataLength;

    /** The one that begins at {@code start} of {@code bytes}; {@code dataStart} is counted from there. */
    InitiatorPdu(ByteBuffer bytes, int start, int dataStart, int dataLength) {
        this.bytes = bytes;
        this.start = start;
        this.dataStart = dataStart;
        this.dataLength = dataLength;
    }

    int type() {
        return u8(0);
    }

    int flags() {
        return u8(1);
    }

    boolean is(int flag) {
        return (flags() & flag) != 0;
    }

    int u8(int offset) {
        return Byte.toUnsignedInt(bytes.get(start + offset));
    }

    int u16(int offset) {
        return Short.toUnsignedInt(bytes.getShort(start + offset));
    }

    long u32(int offset) {
        return Integer.toUnsignedLong(bytes.getInt(start + offset));
    }

    long u64(int offset) {
        return bytes.getLong(start + offset);
    }

    int dataLength() {
        return dataLength;
    }

    /** The data it carries; a view. */
    ByteBuffer data() {
        return bytes.slice(start + dataStart, dataLength).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Puts the data it carries into {@code into}, at an index. */
    void copyData(ByteBuffer into, int index) {
        into.put(index, bytes, start + dataStart, dataLength);
    }

    @Override
    public String toString() {
        return "PDU of type 0x%02x, flags 0x%02x, hlen %d, pdo %d, plen %d"
                .formatted(type(), flags(), u8(2), u8(3), u32(4));
    }
}
