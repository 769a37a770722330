package org.pullboot.initrd;

import java.math.BigInteger;
import java.util.Comparator;

/**
 * Orders kernel versions as people do: runs of digits by their value, everything else by its characters, and release
 * candidates ({@code -rc1}, {@code ~rc1}) before the release.
 */
enum KernelVersionOrder implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String one, String other) {
        String a = one.replace("-rc", "~rc");
        String b = other.replace("-rc", "~rc");
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            int iEnd = digits(a, i);
            int jEnd = digits(b, j);
            int order;
            if (iEnd > i && jEnd > j) {
                order = new BigInteger(a.substring(i, iEnd)).compareTo(new BigInteger(b.substring(j, jEnd)));
            } else {
                order = Integer.compare(weight(a, i), weight(b, j));
                iEnd = i + 1;
                jEnd = j + 1;
            }
            if (order != 0) {
                return order;
            }
            i = iEnd;
            j = jEnd;
        }
        return 0;
    }

    private static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    /** A tilde is before the end of the text, and that is before everything else. */
    private static int weight(String text, int at) {
        if (at >= text.length()) {
            return 0;
        }
        char c = text.charAt(at);
        return c == '~' ? -1 : c;
    }
}
