package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A submission queue entry that is being made (NVMe Base 2.0, 3.3.3.1), little-endian; any byte can be set to anything.
 * The command identifier and the SGL are set when it is submitted.
 */
final class InitiatorSqe {
    static final int LENGTH = 64;
    static final int CONNECT_DATA = 1024;

    private final ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private boolean sglIsSet;

    static InitiatorSqe of(int opcode) {
        return new InitiatorSqe().clear(opcode);
    }

    static InitiatorSqe of(int opcode, int nsid) {
        return of(opcode).u32(4, nsid);
    }

    static InitiatorSqe fabrics(int type) {
        return of(0x7f).u8(4, type);
    }

    static InitiatorSqe read(int nsid, long block, int blocks) {
        return new InitiatorSqe().transfer(0x02, nsid, block, blocks);
    }

    static InitiatorSqe write(int nsid, long block, int blocks) {
        return new InitiatorSqe().transfer(0x01, nsid, block, blocks);
    }

    static InitiatorSqe compare(int nsid, long block, int blocks) {
        return new InitiatorSqe().transfer(0x05, nsid, block, blocks);
    }

    static InitiatorSqe writeZeroes(int nsid, long block, int blocks) {
        return new InitiatorSqe().transfer(0x08, nsid, block, blocks);
    }

    static InitiatorSqe flush(int nsid) {
        return of(0x00, nsid);
    }

    static InitiatorSqe keepAlive() {
        return of(0x18);
    }

    static InitiatorSqe asyncEvent() {
        return of(0x0c);
    }

    static InitiatorSqe abort(int sqid, int cid) {
        return of(0x08).u16(40, sqid).u16(42, cid);
    }

    static InitiatorSqe identify(int cns, int nsid) {
        return of(0x06, nsid).u8(40, cns);
    }

    static InitiatorSqe setFeatures(int feature, int value) {
        return of(0x09).u32(40, feature).u32(44, value);
    }

    static InitiatorSqe getFeatures(int feature) {
        return of(0x0a).u32(40, feature);
    }

    /** Get Log Page of {@code bytes} (a multiple of 4) from an offset, without retaining the event. */
    static InitiatorSqe logPage(int page, int bytes, long offset) {
        int dwords = bytes / 4 - 1;
        return of(0x02, 0xffffffff)
                .u32(40, page | (dwords & 0xffff) << 16)
                .u32(44, dwords >>> 16)
                .u64(48, offset);
    }

    static InitiatorSqe propertyGet(int offset, boolean wide) {
        return fabrics(0x04).u8(40, wide ? 1 : 0).u32(44, offset);
    }

    static InitiatorSqe propertySet(int offset, long value) {
        return fabrics(0x00).u32(44, offset).u64(48, value);
    }

    /** {@code entries} is the size of the queue, not 0-based. */
    static InitiatorSqe connect(int qid, int entries, boolean flowControl, long keepAliveMillis) {
        return fabrics(0x01)
                .u16(42, qid)
                .u16(44, entries - 1)
                .u8(46, flowControl ? 0 : 4)
                .u32(48, (int) keepAliveMillis);
    }

    /** The data of Connect (NVMe over Fabrics 1.1, figure 20). */
    static byte[] connectData(UUID hostId, int controller, String subsystemNqn, String hostNqn) {
        byte[] content = new byte[CONNECT_DATA];
        ByteBuffer data = ByteBuffer.wrap(content);
        data.putLong(0, hostId.getMostSignificantBits()).putLong(8, hostId.getLeastSignificantBits());
        data.order(ByteOrder.LITTLE_ENDIAN).putShort(16, (short) controller);
        data.put(256, subsystemNqn.getBytes(StandardCharsets.UTF_8));
        data.put(512, hostNqn.getBytes(StandardCharsets.UTF_8));
        return content;
    }

    /** Takes over another one. */
    InitiatorSqe copy(InitiatorSqe other) {
        bytes.put(0, other.bytes, 0, LENGTH);
        sglIsSet = other.sglIsSet;
        return this;
    }

    InitiatorSqe clear(int opcode) {
        for (int offset = 0; offset < LENGTH; offset += Long.BYTES) {
            bytes.putLong(offset, 0);
        }
        sglIsSet = false;
        return u8(0, opcode).u8(1, 0x40);
    }

    InitiatorSqe transfer(int opcode, int nsid, long block, int blocks) {
        return clear(opcode).u32(4, nsid).u64(40, block).u16(48, blocks - 1);
    }

    InitiatorSqe forceUnitAccess() {
        return u8(51, u8(51) | 0x40);
    }

    InitiatorSqe cid(int cid) {
        return u16(2, cid);
    }

    /** Sets the SGL to what a test wants; what is submitted with it is not corrected. */
    InitiatorSqe sgl(int type, long address, long length) {
        sglIsSet = true;
        return u64(24, address).u32(32, (int) length).u8(39, type);
    }

    /** Sets the SGL to fit the command, unless a test has set it. */
    InitiatorSqe fitSgl(boolean inCapsule, int length) {
        if (!sglIsSet) {
            u64(24, 0).u32(32, length).u8(39, inCapsule ? 0x01 : 0x5a);
        }
        return this;
    }

    InitiatorSqe u8(int offset, int value) {
        bytes.put(offset, (byte) value);
        return this;
    }

    InitiatorSqe u16(int offset, int value) {
        bytes.putShort(offset, (short) value);
        return this;
    }

    InitiatorSqe u32(int offset, int value) {
        bytes.putInt(offset, value);
        return this;
    }

    InitiatorSqe u64(int offset, long value) {
        bytes.putLong(offset, value);
        return this;
    }

    int u8(int offset) {
        return Byte.toUnsignedInt(bytes.get(offset));
    }

    int u16(int offset) {
        return Short.toUnsignedInt(bytes.getShort(offset));
    }

    /** The entry as it is now; do not move its position. */
    ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return "command with opcode 0x%02x".formatted(u8(0));
    }
}
