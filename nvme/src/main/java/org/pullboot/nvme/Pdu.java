package org.pullboot.nvme;

import java.nio.ByteBuffer;

/**
 * Types, flags and offsets of NVMe/TCP's protocol data units, and the checks of their common header (NVMe/TCP Transport
 * 1.0, 3.6). All numbers are little-endian.
 */
final class Pdu {
    static final int IC_REQ = 0x00;
    static final int IC_RESP = 0x01;
    static final int H2C_TERM_REQ = 0x02;
    static final int C2H_TERM_REQ = 0x03;
    static final int CAPSULE_CMD = 0x04;
    static final int CAPSULE_RESP = 0x05;
    static final int H2C_DATA = 0x06;
    static final int C2H_DATA = 0x07;
    static final int R2T = 0x09;

    static final int HEADER_DIGEST = 0x01;
    static final int DATA_DIGEST = 0x02;
    static final int LAST = 0x04;
    static final int SUCCEEDED = 0x08;

    static final int FLAGS = 1;
    static final int HLEN = 2;
    static final int PDO = 3;
    static final int PLEN = 4;

    /** Bytes of the header that every PDU begins with. */
    static final int COMMON = 8;

    static final int IC_BYTES = 128;
    static final int CAPSULE_CMD_BYTES = 72;
    static final int CAPSULE_RESP_BYTES = 24;
    static final int DATA_BYTES = 24;
    static final int TERM_BYTES = 24;
    static final int DIGEST_BYTES = 4;
    static final int SQE_BYTES = 64;

    /** Where a PFV, a command's CID or a data PDU's CCCID, and what follows them, is. */
    static final int PFV = 8;

    static final int HPDA = 10;
    static final int IC_DIGESTS = 11;
    static final int MAX_DATA = 12;
    static final int CCCID = 8;
    static final int TTAG = 10;
    static final int DATA_OFFSET = 12;
    static final int DATA_LENGTH = 16;

    /** Capsules carry at most this much data: {@value} bytes. */
    static final int MAX_IN_CAPSULE = 8192;

    /** The longest PDU that has to be there as a whole before it can be handled: a capsule behind the widest padding. */
    static final int MAX_WHOLE = 255 + MAX_IN_CAPSULE + DIGEST_BYTES;

    private Pdu() {}

    /**
     * Checks the common header of a PDU from a host.
     *
     * @param at where it begins; {@value #COMMON} bytes are there
     * @return how many bytes must be there before the PDU can be handled: all of it, or up to the data of H2CData
     * @throws PduException when the connection must end for it
     */
    static int check(ByteBuffer bytes, int at, Session session) throws PduException {
        int type = bytes.get(at) & 0xff;
        if (!session.initialised()) {
            return checkFirst(bytes, at, type);
        }
        return switch (type) {
            case CAPSULE_CMD -> checkCapsule(bytes, at, session);
            case H2C_DATA -> checkData(bytes, at, session);
            case H2C_TERM_REQ -> COMMON;
            case IC_REQ -> throw PduException.sequence("a second ICReq");
            default -> throw PduException.field(0, "PDU type " + type);
        };
    }

    private static int checkFirst(ByteBuffer bytes, int at, int type) throws PduException {
        switch (type) {
            case IC_REQ -> {}
            case CAPSULE_CMD, H2C_DATA -> throw PduException.sequence("PDU type " + type + " before ICReq");
            case H2C_TERM_REQ -> {
                return COMMON;
            }
            default -> throw PduException.field(0, "PDU type " + type);
        }
        if ((bytes.get(at + HLEN) & 0xff) != IC_BYTES) {
            throw PduException.field(HLEN, "ICReq with HLEN " + (bytes.get(at + HLEN) & 0xff));
        }
        if (bytes.getInt(at + PLEN) != IC_BYTES) {
            throw PduException.field(PLEN, "ICReq with PLEN " + Integer.toUnsignedString(bytes.getInt(at + PLEN)));
        }
        return IC_BYTES;
    }

    private static int checkCapsule(ByteBuffer bytes, int at, Session session) throws PduException {
        int header = checkHeader(bytes, at, CAPSULE_CMD_BYTES, session);
        int length = bytes.getInt(at + PLEN);
        if (length == header) {
            return length;
        }
        int data = checkDataStart(bytes, at, header, session);
        if (length > data + MAX_IN_CAPSULE + session.dataDigestBytes()) {
            throw PduException.field(PLEN, "a capsule of " + length + " bytes");
        }
        return length;
    }

    private static int checkData(ByteBuffer bytes, int at, Session session) throws PduException {
        int header = checkHeader(bytes, at, DATA_BYTES, session);
        if (bytes.getInt(at + PLEN) == header) {
            return header;
        }
        return checkDataStart(bytes, at, header, session);
    }

    /** Bytes of the header with its digest. */
    private static int checkHeader(ByteBuffer bytes, int at, int expected, Session session) throws PduException {
        int hlen = bytes.get(at + HLEN) & 0xff;
        if (hlen != expected) {
            throw PduException.field(HLEN, "HLEN " + hlen + " instead of " + expected);
        }
        int header = hlen + session.headerDigestBytes();
        int length = bytes.getInt(at + PLEN);
        if (length < header) {
            throw PduException.field(PLEN, "PLEN " + Integer.toUnsignedString(length) + " for a header of " + header);
        }
        boolean digested = (bytes.get(at + FLAGS) & HEADER_DIGEST) != 0;
        if (digested != session.headerDigest()) {
            throw PduException.field(FLAGS, "HDGSTF " + digested + ", which was not agreed on");
        }
        return header;
    }

    /** Where the data of a PDU that has some begins. */
    private static int checkDataStart(ByteBuffer bytes, int at, int header, Session session) throws PduException {
        int length = bytes.getInt(at + PLEN);
        int start = bytes.get(at + PDO) & 0xff;
        if (start < header || start > length || start % 4 != 0) {
            throw PduException.field(PDO, "PDO " + start + " for a header of " + header);
        }
        if (length - start <= session.dataDigestBytes()) {
            throw PduException.field(PLEN, "PLEN " + length + " with data at " + start);
        }
        boolean digested = (bytes.get(at + FLAGS) & DATA_DIGEST) != 0;
        if (digested != session.dataDigest()) {
            throw PduException.field(FLAGS, "DDGSTF " + digested + ", which was not agreed on");
        }
        return start;
    }

    /** Where data begins behind a header, for a receiver that wants it at multiples of {@code alignment} bytes. */
    static int dataStart(int header, int alignment) {
        return (header + alignment - 1) / alignment * alignment;
    }
}
