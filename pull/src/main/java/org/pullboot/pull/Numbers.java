package org.pullboot.pull;

/** Decimal numbers as they stand in words and headers: digits alone, no sign. */
final class Numbers {
    /** A long has 19 digits; with 18 no check for overflow is needed, and a petabyte has 16. */
    private static final int DIGITS = 18;

    private Numbers() {}

    /** The number that a part of a text is, or -1 when it is none. */
    static long parse(String text, int start, int end) {
        if (start >= end || end - start > DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    static long parse(String text) {
        return parse(text, 0, text.length());
    }
}
