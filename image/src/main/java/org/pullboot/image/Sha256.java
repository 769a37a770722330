package org.pullboot.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest (FIPS 180-4), as 64 lower-case hexadecimal digits.
 *
 * @param hex exactly 64 of 0-9a-f
 */
public record Sha256(String hex) {
    private static final int BYTES = 32;

    /**
     * Checks the digits.
     *
     * @throws IllegalArgumentException when {@code hex} is not 64 lower-case hexadecimal digits
     */
    public Sha256 {
        if (hex.length() != 2 * BYTES || !isLowerHex(hex)) {
            throw new IllegalArgumentException(
                    "a SHA-256 digest is 64 lower-case hexadecimal digits, not '" + hex + "'");
        }
    }

    /**
     * The digest that these bytes are.
     *
     * @param digest the 32 bytes of the digest
     * @throws IllegalArgumentException when there are not 32
     */
    public static Sha256 of(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** A new digester; every Java platform has one for SHA-256. */
    public static MessageDigest digester() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static boolean isLowerHex(String hex) {
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "sha256:" + hex;
    }
}
