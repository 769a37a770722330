package org.pullboot.image;

import java.util.Arrays;
import java.util.Base64;

/**
 * What a partition for the signature of a root hash holds (Discoverable Partitions Specification, "Verity signature"): a
 * JSON object with zeros after it. Immutable.
 */
public final class VeritySignature {
    /** As much of the partition as is ever looked at. */
    public static final int MOST_BYTES = 64 * 1024;

    private final RootHash rootHash;
    private final byte[] signature;

    private VeritySignature(RootHash rootHash, byte[] signature) {
        this.rootHash = rootHash;
        this.signature = signature;
    }

    /**
     * Understands the content of a partition.
     *
     * @param partition its first bytes, at most {@value #MOST_BYTES}
     * @throws ImageException when it is no such object
     */
    public static VeritySignature parse(byte[] partition) throws ImageException {
        int end = 0;
        while (end < partition.length && partition[end] != 0) {
            end++;
        }
        if (end > MOST_BYTES) {
            throw new ImageException("expected the signature of a root hash in at most " + MOST_BYTES
                    + " bytes of JSON, but it goes on");
        }
        try {
            return read(Json.parse(Arrays.copyOf(partition, end)));
        } catch (ImageException e) {
            throw new ImageException(
                    "the partition for the signature of a root hash does not hold one as systemd-repart writes it: "
                            + e.getMessage(),
                    e);
        }
    }

    private static VeritySignature read(Json object) throws ImageException {
        RootHash hash = RootHash.parse(object.text("rootHash"));
        try {
            byte[] signature = Base64.getMimeDecoder().decode(object.text("signature"));
            if (signature.length == 0) {
                throw new ImageException("the signature is empty, sign it again");
            }
            return new VeritySignature(hash, signature);
        } catch (IllegalArgumentException e) {
            throw new ImageException("the signature is no Base64, sign it again", e);
        }
    }

    /** The hash that is signed. */
    public RootHash rootHash() {
        return rootHash;
    }

    /** The PKCS#7 signature in DER. */
    public byte[] signature() {
        return signature.clone();
    }
}
