package org.pullboot.nvme;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * A secret of in-band authentication. Its text form is {@code DHHC-1:HH:base64(key, CRC-32 of the key):} as
 * {@code nvme gen-dhchap-key} makes it (NVM Express Base 2.0, 8.13.5.8). Never shown but by {@link #text}.
 */
public final class DhChapSecret {
    private static final String PREFIX = "DHHC-1";
    private static final byte[] PURPOSE = "NVMe-over-Fabrics".getBytes(StandardCharsets.US_ASCII);

    private final byte[] key;
    private final Optional<DhChapHash> transformation;

    private DhChapSecret(byte[] key, Optional<DhChapHash> transformation) {
        this.key = key;
        this.transformation = transformation;
    }

    /**
     * Reads the text form.
     *
     * @throws SecretException when it is not that, or has been changed on its way
     */
    public static DhChapSecret parse(String text) throws SecretException {
        SecretText parsed = SecretText.parse(PREFIX, text);
        Optional<DhChapHash> transformation = DhChapHash.ofId(parsed.hash());
        if (parsed.hash() != 0 && transformation.isEmpty()) {
            throw new SecretException("the hash of a DHHC-1 secret is 00 to 03 and this one's is 0" + parsed.hash()
                    + "; generate it anew");
        }
        if (!isLength(parsed.key().length)) {
            throw new SecretException("the key of a DHHC-1 secret is 32, 48 or 64 bytes and this one's is "
                    + parsed.key().length + "; generate it anew");
        }
        return new DhChapSecret(parsed.key(), transformation);
    }

    /**
     * A new secret that is used as it is.
     *
     * @param length of the key; 32, 48 or 64 bytes
     */
    public static DhChapSecret generate(SecureRandom random, int length) {
        return new DhChapSecret(bytes(random, length), Optional.empty());
    }

    /**
     * A new secret that each party first mixes with its own name, so that two parties never use the same key.
     *
     * @param length of the key; 32, 48 or 64 bytes
     */
    public static DhChapSecret generate(SecureRandom random, int length, DhChapHash transformation) {
        return new DhChapSecret(bytes(random, length), Optional.of(transformation));
    }

    /**
     * The secret with this key, used as it is.
     *
     * @param key 32, 48 or 64 bytes that nobody can guess
     * @throws IllegalArgumentException when it has another length
     */
    public static DhChapSecret of(byte[] key) {
        if (!isLength(key.length)) {
            throw new IllegalArgumentException("the key of a DHHC-1 secret is 32, 48 or 64 bytes, not " + key.length);
        }
        return new DhChapSecret(key.clone(), Optional.empty());
    }

    /** The text form, which gives the secret away. */
    public String text() {
        return new SecretText(transformation.map(DhChapHash::id).orElse(0), key).text(PREFIX);
    }

    /** The key by which a party of that name answers a challenge. */
    byte[] keyOf(String nqn) {
        return transformation
                .map(hash -> hash.hmac(key, nqn.getBytes(StandardCharsets.UTF_8), PURPOSE))
                .orElseGet(key::clone);
    }

    private static byte[] bytes(SecureRandom random, int length) {
        if (!isLength(length)) {
            throw new IllegalArgumentException("a key is 32, 48 or 64 bytes, not " + length);
        }
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static boolean isLength(int length) {
        return length == 32 || length == 48 || length == 64;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DhChapSecret secret
                && transformation.equals(secret.transformation)
                && MessageDigest.isEqual(key, secret.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "DHHC-1:…";
    }
}
