package org.pullboot.image;

/** Compares version strings by the Version Format Specification (UAPI.10). */
final class VersionOrder {
    private VersionOrder() {}

    /** Negative when {@code a} is older than {@code b}, positive when it is newer. */
    static int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (true) {
            i = skipSeparators(a, i);
            j = skipSeparators(b, j);
            char x = at(a, i);
            char y = at(b, j);
            if (x == '~' || y == '~') {
                if (x != y) {
                    return x == '~' ? -1 : 1;
                }
                i++;
                j++;
                continue;
            }
            if (x == 0 || y == 0) {
                return Boolean.compare(x != 0, y != 0);
            }
            if (isMark(x) || isMark(y)) {
                if (x != y) {
                    return markRank(x) - markRank(y);
                }
                i++;
                j++;
                continue;
            }
            boolean digits = isDigit(x) || isDigit(y);
            int iEnd = end(a, i, digits);
            int jEnd = end(b, j, digits);
            int order = digits ? compareNumbers(a, i, iEnd, b, j, jEnd) : compareLetters(a, i, iEnd, b, j, jEnd);
            if (order != 0) {
                return order;
            }
            i = iEnd;
            j = jEnd;
        }
    }

    private static int compareNumbers(String a, int aStart, int aEnd, String b, int bStart, int bEnd) {
        if (aStart == aEnd || bStart == bEnd) {
            return Boolean.compare(aStart != aEnd, bStart != bEnd);
        }
        int i = skipZeros(a, aStart, aEnd);
        int j = skipZeros(b, bStart, bEnd);
        int order = Integer.compare(aEnd - i, bEnd - j);
        return order != 0 ? order : compareLetters(a, i, aEnd, b, j, bEnd);
    }

    private static int compareLetters(String a, int aStart, int aEnd, String b, int bStart, int bEnd) {
        int i = aStart;
        int j = bStart;
        while (i < aEnd && j < bEnd) {
            int order = Character.compare(a.charAt(i), b.charAt(j));
            if (order != 0) {
                return order;
            }
            i++;
            j++;
        }
        return Integer.compare(aEnd - i, bEnd - j);
    }

    /** Of two different things where at least one is a mark: "-" is oldest, then "^", then ".", then anything else. */
    private static int markRank(char c) {
        return switch (c) {
            case '-' -> 0;
            case '^' -> 1;
            case '.' -> 2;
            default -> 3;
        };
    }

    private static boolean isMark(char c) {
        return c == '-' || c == '^' || c == '.';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static char at(String text, int i) {
        return i < text.length() ? text.charAt(i) : 0;
    }

    private static int skipSeparators(String text, int start) {
        int i = start;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '~' || isMark(c) || isDigit(c) || isLetter(c)) {
                break;
            }
            i++;
        }
        return i;
    }

    private static int skipZeros(String text, int start, int end) {
        int i = start;
        while (i < end && text.charAt(i) == '0') {
            i++;
        }
        return i;
    }

    private static int end(String text, int start, boolean digits) {
        int i = start;
        while (i < text.length() && (digits ? isDigit(text.charAt(i)) : isLetter(text.charAt(i)))) {
            i++;
        }
        return i;
    }
}
