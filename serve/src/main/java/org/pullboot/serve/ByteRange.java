package org.pullboot.serve;

import org.jspecify.annotations.Nullable;

/** What a {@code Range} header asks for of a body of known size (RFC 9110 §14). */
sealed interface ByteRange {
    /** All of it: there is no such header, or one that is to be ignored. */
    record Whole() implements ByteRange {}

    /**
     * One part.
     *
     * @param first position of its first byte
     * @param last position of its last byte, not before the first and inside the body
     */
    record Part(long first, long last) implements ByteRange {}

    /** A part that begins behind the end, or is empty. */
    record Unsatisfiable() implements ByteRange {}

    /**
     * Reads the header. Other units than bytes, several ranges and what is no range are ignored, as RFC 9110 §14.2
     * allows: the answer is the whole body.
     */
    static ByteRange parse(@Nullable String header, long size) {
        if (header == null || !header.regionMatches(true, 0, "bytes=", 0, 6)) {
            return new Whole();
        }
        String spec = header.substring(6).strip();
        int dash = spec.indexOf('-');
        if (dash < 0) {
            return new Whole();
        }
        long first = number(spec.substring(0, dash));
        long last = number(spec.substring(dash + 1));
        boolean openStart = dash == 0;
        boolean openEnd = dash == spec.length() - 1;
        if ((first < 0 && !openStart) || (last < 0 && !openEnd) || (openStart && openEnd)) {
            return new Whole();
        }
        if (openStart) {
            return last == 0 || size == 0 ? new Unsatisfiable() : new Part(Math.max(0, size - last), size - 1);
        }
        if (!openEnd && last < first) {
            return new Whole();
        }
        if (first >= size) {
            return new Unsatisfiable();
        }
        return new Part(first, openEnd ? size - 1 : Math.min(last, size - 1));
    }

    /** A decimal number, the largest one when it is larger than that; negative when it is none. */
    private static long number(String digits) {
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
