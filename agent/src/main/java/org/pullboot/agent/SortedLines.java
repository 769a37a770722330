package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A text whose lines are sorted by their bytes, searched by halves: nothing is parsed before it is asked for.
 *
 * <p>A position is the offset of a line's first byte. Immutable.
 */
final class SortedLines {
    private final byte[] text;

    SortedLines(byte[] text) {
        this.text = text;
    }

    /** Reads a file of sorted lines. */
    static SortedLines read(Path file) throws IOException {
        return new SortedLines(Files.readAllBytes(file));
    }

    /** The first line that begins with the prefix, or -1. */
    int find(String prefix) {
        byte[] wanted = prefix.getBytes(StandardCharsets.ISO_8859_1);
        int low = 0;
        int high = text.length;
        while (low < high) {
            int middle = lineStart((low + high) >>> 1);
            if (compare(middle, wanted) < 0) {
                low = end(middle) + 1;
            } else {
                high = middle;
            }
        }
        return low < text.length && compare(low, wanted) == 0 ? low : -1;
    }

    /** The line after this one when it begins with the prefix as well, else -1. */
    int next(int position, String prefix) {
        int next = end(position) + 1;
        return next < text.length && compare(next, prefix.getBytes(StandardCharsets.ISO_8859_1)) == 0 ? next : -1;
    }

    /** A line without its end. */
    String line(int position) {
        return new String(text, position, end(position) - position, StandardCharsets.ISO_8859_1);
    }

    private int lineStart(int position) {
        int start = position;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private int end(int position) {
        int end = position;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return end;
    }

    /** Below, at or above 0: the line at this position sorts before the prefix, begins with it, or sorts after it. */
    private int compare(int position, byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            int own = position + i < text.length ? text[position + i] & 0xFF : '\n';
            int difference = own - (prefix[i] & 0xFF);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }
}
