package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the body of a device path node, little-endian, and checks that each value fits its field. */
final class NodeWriter {
    private final ByteBuffer body;

    NodeWriter(int size) {
        body = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    NodeWriter u8(int value) {
        body.put((byte) fitting(value, 8));
        return this;
    }

    NodeWriter u16(int value) {
        body.putShort((short) fitting(value, 16));
        return this;
    }

    NodeWriter u32(int value) {
        body.putInt(value);
        return this;
    }

    NodeWriter u64(long value) {
        body.putLong(value);
        return this;
    }

    NodeWriter bytes(Bytes value, int length) {
        require(value, length);
        value.putInto(body);
        return this;
    }

    static void require(Bytes value, int length) {
        if (value.length() != length) {
            throw new IllegalArgumentException(
                    "a field of " + length + " bytes in a device path got " + value.length());
        }
    }

    Bytes bytes() {
        return Bytes.of(body.array());
    }

    private static int fitting(int value, int bits) {
        if (value >>> bits != 0) {
            throw new IllegalArgumentException("a field of " + bits + " bits in a device path got " + value);
        }
        return value;
    }
}
