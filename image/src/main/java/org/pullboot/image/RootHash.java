package org.pullboot.image;

import java.util.UUID;

/**
 * The hash over everything that dm-verity protects: the value of {@code roothash=} and {@code usrhash=}, and of a file
 * {@code .roothash}.
 *
 * @param hex its digits in lower case: an even number of them, for 16 to 64 bytes
 */
public record RootHash(String hex) {
    /** The longest file that can hold one: hexadecimal digits with blanks around them. */
    public static final int FILE_BYTES = 256;

    private static final int SHORTEST = 32;
    private static final int LONGEST = 128;
    private static final int UUID_DIGITS = 32;

    /**
     * Checks the digits.
     *
     * @throws IllegalArgumentException when they are not lower-case hexadecimal ones for 16 to 64 bytes
     */
    public RootHash {
        if (!isHash(hex)) {
            throw new IllegalArgumentException("a root hash is 32 to 128 hexadecimal digits, not '" + hex + "'");
        }
    }

    /**
     * Understands the value of an option or the content of a file: digits of either case, blanks and line ends around
     * them.
     *
     * @throws ImageException when it is none
     */
    public static RootHash parse(String text) throws ImageException {
        String hex = lowerCase(text.strip());
        if (!isHash(hex)) {
            throw new ImageException("expected a dm-verity root hash of 32 to 128 hexadecimal digits, but came "
                    + (hex.length() > LONGEST ? "a text of " + hex.length() + " characters" : "'" + shown(hex) + "'"));
        }
        return new RootHash(hex);
    }

    /** How long the hash is, in bytes. */
    public int bytes() {
        return hex.length() / 2;
    }

    /** The UUID of the partition with the data, by the Discoverable Partitions Specification: the first 128 bits. */
    public UUID dataPartition() {
        return uuid(0);
    }

    /** The UUID of the partition with the hash tree: the last 128 bits. */
    public UUID hashPartition() {
        return uuid(hex.length() - UUID_DIGITS);
    }

    private UUID uuid(int start) {
        int middle = start + UUID_DIGITS / 2;
        return new UUID(
                Long.parseUnsignedLong(hex, start, middle, 16),
                Long.parseUnsignedLong(hex, middle, start + UUID_DIGITS, 16));
    }

    private static boolean isHash(String text) {
        boolean digits = text.length() % 2 == 0 && text.length() >= SHORTEST && text.length() <= LONGEST;
        for (int i = 0; digits && i < text.length(); i++) {
            char c = text.charAt(i);
            digits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        return digits;
    }

    private static String lowerCase(String text) {
        StringBuilder lower = new StringBuilder(text);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'F') {
                lower.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return lower.toString();
    }

    private static String shown(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(c < ' ' || c > '~' ? '?' : c);
        }
        return plain.toString();
    }

    @Override
    public String toString() {
        return hex;
    }
}
