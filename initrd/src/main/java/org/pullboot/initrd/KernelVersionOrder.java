package org.pullboot.initrd;

import java.math.BigInteger;
import java.util.Comparator;

/** Orders kernel versions as people do: runs of digits by their value, everything else by its characters. */
enum KernelVersionOrder implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            int iEnd = digits(one, i);
            int jEnd = digits(other, j);
            int order;
            if (iEnd > i && jEnd > j) {
                order = new BigInteger(one.substring(i, iEnd)).compareTo(new BigInteger(other.substring(j, jEnd)));
            } else {
                order = Integer.compare(weight(one.charAt(i)), weight(other.charAt(j)));
                iEnd = i + 1;
                jEnd = j + 1;
            }
            if (order != 0) {
                return order;
            }
            i = iEnd;
            j = jEnd;
        }
        if (i < one.length()) {
            return one.charAt(i) == '~' || one.startsWith("-rc", i) ? -1 : 1;
        }
        if (j < other.length()) {
            return other.charAt(j) == '~' || other.startsWith("-rc", j) ? 1 : -1;
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

    /** A tilde is before everything, as in Debian's versions. */
    private static int weight(char c) {
        return c == '~' ? -1 : c;
    }
}
