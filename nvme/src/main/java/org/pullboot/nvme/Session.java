package org.pullboot.nvme;

import java.nio.ByteBuffer;

/**
 * What ICReq and ICResp agreed on for one connection (NVMe/TCP Transport 1.0, 3.6.2.1 and 3.6.2.2).
 *
 * @param initialised whether they were exchanged
 * @param headerDigest whether headers carry a digest
 * @param dataDigest whether data does
 * @param alignment the host wants data to begin at multiples of this, counted from the header; 4 to 128 bytes
 */
record Session(boolean initialised, boolean headerDigest, boolean dataDigest, int alignment) {
    /** Before ICReq. */
    static final Session NEW = new Session(false, false, false, 4);

    /**
     * What a host asks for. Takes all that it may ask for.
     *
     * @param at where its ICReq begins; its length is checked
     * @throws PduException when it asks for another version, or for padding out of range
     */
    static Session of(ByteBuffer bytes, int at) throws PduException {
        if (bytes.getShort(at + Pdu.PFV) != 0) {
            throw PduException.unsupported(Pdu.PFV, "PFV " + bytes.getShort(at + Pdu.PFV));
        }
        int padding = bytes.get(at + Pdu.HPDA) & 0xff;
        if (padding > 31) {
            throw PduException.field(Pdu.HPDA, "HPDA " + padding);
        }
        int digests = bytes.get(at + Pdu.IC_DIGESTS);
        return new Session(true, (digests & 1) != 0, (digests & 2) != 0, (padding + 1) * 4);
    }

    /** Bytes of a header's digest. */
    int headerDigestBytes() {
        return headerDigest ? Pdu.DIGEST_BYTES : 0;
    }

    /** Bytes of a data digest. */
    int dataDigestBytes() {
        return dataDigest ? Pdu.DIGEST_BYTES : 0;
    }

    /** Flags of a PDU without data. */
    int headerFlags() {
        return headerDigest ? Pdu.HEADER_DIGEST : 0;
    }

    /** Where the data of a C2HData begins. */
    int dataStart() {
        return Pdu.dataStart(Pdu.DATA_BYTES + headerDigestBytes(), alignment);
    }
}
