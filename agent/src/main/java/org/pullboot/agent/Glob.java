package org.pullboot.agent;

/** The patterns in which kernel modules state what hardware they are for: fnmatch(3) with {@code *}, {@code ?}, {@code [a-f]}. */
final class Glob {
    private Glob() {}

    /** Whether the whole text is what the pattern describes; a bracket that is never closed matches nothing. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int afterStar = 0;
        while (t < text.length()) {
            int next = p < pattern.length() && pattern.charAt(p) != '*' ? one(pattern, p, text.charAt(t)) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                afterStar = t;
            } else if (star >= 0) {
                p = star + 1;
                t = ++afterStar;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Where the pattern goes on when its element at {@code p} takes this character, else -1. */
    private static int one(String pattern, int p, char c) {
        char element = pattern.charAt(p);
        if (element == '?') {
            return p + 1;
        }
        if (element != '[') {
            return element == c ? p + 1 : -1;
        }
        int close = pattern.indexOf(']', p + 2);
        boolean inside = false;
        for (int i = p + 1; i < close; i++) {
            if (i + 2 < close && pattern.charAt(i + 1) == '-') {
                inside |= pattern.charAt(i) <= c && c <= pattern.charAt(i + 2);
                i += 2;
            } else {
                inside |= pattern.charAt(i) == c;
            }
        }
        return inside ? close + 1 : -1;
    }
}
