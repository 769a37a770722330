package org.pullboot.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of netlink(7).
 *
 * @param body what follows its 16 header bytes
 */
record NetlinkMessage(int type, int flags, int sequence, ByteBuffer body) {
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int NLM_F_DUMP_INTR = 0x10;

    private static final int HEADER = 16;

    /** The messages in a datagram, each with a body of its own. */
    static List<NetlinkMessage> split(ByteBuffer datagram) throws LinuxException {
        List<NetlinkMessage> messages = new ArrayList<>();
        int at = datagram.position();
        while (datagram.limit() - at >= HEADER) {
            int length = datagram.getInt(at);
            if (length < HEADER || length > datagram.limit() - at) {
                throw malformed();
            }
            byte[] body = new byte[length - HEADER];
            datagram.get(at + HEADER, body);
            messages.add(new NetlinkMessage(
                    datagram.getShort(at + 4) & 0xffff,
                    datagram.getShort(at + 6) & 0xffff,
                    datagram.getInt(at + 8),
                    ByteBuffer.wrap(body).order(ByteOrder.nativeOrder())));
            at += (length + 3) & ~3;
        }
        return messages;
    }

    /** Refuses a body without its family's fixed part. */
    void require(int bytes) throws LinuxException {
        if (body.limit() < bytes) {
            throw malformed();
        }
    }

    /** The value of the first attribute of the type behind the fixed part, or null; in the machine's byte order. */
    @Nullable
    ByteBuffer attribute(int fixedPart, int type) {
        return attribute(body, fixedPart, type);
    }

    /** The value of the first attribute of the type from an offset on, or null; broken ones are as if not there. */
    static @Nullable ByteBuffer attribute(ByteBuffer attributes, int start, int type) {
        int at = start;
        while (attributes.limit() - at >= 4) {
            int length = attributes.getShort(at) & 0xffff;
            if (length < 4 || length > attributes.limit() - at) {
                return null;
            }
            // The two top bits tell nesting and byte order.
            if ((attributes.getShort(at + 2) & 0x3fff) == type) {
                return attributes.slice(at + 4, length - 4).order(ByteOrder.nativeOrder());
            }
            at += (length + 3) & ~3;
        }
        return null;
    }

    private static LinuxException malformed() {
        return new LinuxException("read a netlink message", Errno.EBADMSG.code());
    }
}
