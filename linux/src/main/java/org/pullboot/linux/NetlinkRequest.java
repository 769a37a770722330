package org.pullboot.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A message to rtnetlink(7) being written: header, the fixed part of its family, attributes. */
final class NetlinkRequest {
    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_CREATE = 0x400;

    private final ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

    NetlinkRequest(int type, int flags) {
        bytes.putInt(0).putShort((short) type).putShort((short) (NLM_F_REQUEST | flags));
        bytes.putInt(0).putInt(0);
    }

    NetlinkRequest u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    NetlinkRequest u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    NetlinkRequest u32(int value) {
        bytes.putInt(value);
        return this;
    }

    NetlinkRequest attribute(int type, byte[] value) {
        bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    NetlinkRequest attribute(int type, int value) {
        bytes.putShort((short) 8).putShort((short) type).putInt(value);
        return this;
    }

    /** A string with its closing zero. */
    NetlinkRequest attribute(int type, String value) {
        return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** The finished message. */
    ByteBuffer finish(int sequence) {
        ByteBuffer message = bytes.duplicate().order(ByteOrder.nativeOrder()).flip();
        return message.putInt(0, message.limit()).putInt(8, sequence);
    }
}
