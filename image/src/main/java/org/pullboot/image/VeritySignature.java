package org.pullboot.image;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
        String object = new String(partition, 0, end, StandardCharsets.UTF_8);
        RootHash hash = RootHash.parse(member(object, "rootHash"));
        try {
            byte[] signature = Base64.getMimeDecoder().decode(member(object, "signature"));
            if (signature.length == 0) {
                throw new ImageException("the signature of the root hash is empty: sign it again");
            }
            return new VeritySignature(hash, signature);
        } catch (IllegalArgumentException e) {
            throw new ImageException("the signature of the root hash is no Base64: sign it again", e);
        }
    }

    /**
     * The text of a member. Hash and Base64 are written without any escape but that of a slash, and none of the names and
     * values that tools write has a quote in it, so that the first quoted name is the member.
     */
    private static String member(String object, String name) throws ImageException {
        Matcher member = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([0-9A-Za-z+/=\\\\]*)\"")
                .matcher(object);
        if (!object.startsWith("{") || !member.find()) {
            throw new ImageException("expected a JSON object with the text '" + name
                    + "' as the signature of a root hash, but there is none: make it with systemd-repart");
        }
        return member.group(1).replace("\\/", "/");
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
