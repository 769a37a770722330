package org.pullboot.nvme;

import java.nio.ByteBuffer;

/**
 * Fields of a submission queue entry in place (NVM Express Base 2.0, 3.3.3.1; NVM Command Set 1.0, 3.2): {@code at} is
 * where its 64 bytes begin in a little-endian buffer.
 */
final class Sqe {
    static final int FABRICS = 0x7f;

    static final int FLUSH = 0x00;
    static final int WRITE = 0x01;
    static final int READ = 0x02;
    static final int COMPARE = 0x05;
    static final int WRITE_ZEROES = 0x08;
    static final int DATASET_MANAGEMENT = 0x09;
    static final int VERIFY = 0x0c;

    static final int PROPERTY_SET = 0x00;
    static final int CONNECT = 0x01;
    static final int PROPERTY_GET = 0x04;
    static final int AUTHENTICATION_SEND = 0x05;
    static final int AUTHENTICATION_RECEIVE = 0x06;
    static final int DISCONNECT = 0x08;

    /** Data in the capsule, at an offset. */
    static final int SGL_IN_CAPSULE = 0x01;

    /** Data of the transport: C2HData, or R2T and H2CData. */
    static final int SGL_TRANSPORT = 0x5a;

    private Sqe() {}

    static int opcode(ByteBuffer bytes, int at) {
        return bytes.get(at) & 0xff;
    }

    /** FUSE and PSDT; {@code 0x40} is the only value that a fabrics command without fusing may have. */
    static int flags(ByteBuffer bytes, int at) {
        return bytes.get(at + 1) & 0xff;
    }

    static int commandId(ByteBuffer bytes, int at) {
        return bytes.getShort(at + 2) & 0xffff;
    }

    static int namespace(ByteBuffer bytes, int at) {
        return bytes.getInt(at + 4);
    }

    static int fabricsType(ByteBuffer bytes, int at) {
        return bytes.get(at + 4) & 0xff;
    }

    static long sglAddress(ByteBuffer bytes, int at) {
        return bytes.getLong(at + 24);
    }

    /** 0 to 2^32 - 1. */
    static long sglLength(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at + 32));
    }

    static int sglType(ByteBuffer bytes, int at) {
        return bytes.get(at + 39) & 0xff;
    }

    /** Unsigned. */
    static long firstBlock(ByteBuffer bytes, int at) {
        return bytes.getLong(at + 40);
    }

    /** 1 to 65,536. */
    static int blocks(ByteBuffer bytes, int at) {
        return (bytes.getShort(at + 48) & 0xffff) + 1;
    }

    static boolean forceUnitAccess(ByteBuffer bytes, int at) {
        return (bytes.get(at + 51) & 0x40) != 0;
    }

    static boolean mayDeallocate(ByteBuffer bytes, int at) {
        return (bytes.get(at + 51) & 0x02) != 0;
    }

    /** Ranges of a Dataset Management command, 1 to 256. */
    static int ranges(ByteBuffer bytes, int at) {
        return (bytes.get(at + 40) & 0xff) + 1;
    }

    static boolean deallocate(ByteBuffer bytes, int at) {
        return (bytes.get(at + 44) & 0x04) != 0;
    }
}
