package org.pullboot.nvme;

/**
 * What a host asks for in its ICReq (NVMe/TCP Transport 1.0, 3.6.2.2).
 *
 * @param alignment HPDA: C2HData content begins at a multiple of (this + 1) × 4 bytes; 0 to 31
 * @param headerDigest whether PDUs carry a CRC-32C of their header
 * @param dataDigest whether PDUs carry a CRC-32C of their data
 * @param maximumR2t MAXR2T: R2Ts that may be open for one command, less one
 */
record InitiatorOptions(int alignment, boolean headerDigest, boolean dataDigest, int maximumR2t) {
    static final InitiatorOptions PLAIN = new InitiatorOptions(0, false, false, 0);

    InitiatorOptions withDigests(boolean header, boolean data) {
        return new InitiatorOptions(alignment, header, data, maximumR2t);
    }

    InitiatorOptions withAlignment(int hpda) {
        return new InitiatorOptions(hpda, headerDigest, dataDigest, maximumR2t);
    }

    int digests() {
        return (headerDigest ? 1 : 0) | (dataDigest ? 2 : 0);
    }
}
