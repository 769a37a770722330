package org.pullboot.vm;

import java.nio.charset.StandardCharsets;

/** Finds a text in a stream of bytes, wherever its pieces begin and end (Knuth, Morris and Pratt). */
final class TextMatcher {
    private final byte[] text;
    private final int[] fallback;
    private int matched;

    /** Looks for this text; carriage returns in it do not count, as the caller leaves them out of the stream too. */
    TextMatcher(String text) {
        this.text = text.replace("\r", "").getBytes(StandardCharsets.UTF_8);
        fallback = new int[this.text.length];
        int length = 0;
        for (int i = 1; i < this.text.length; i++) {
            while (length > 0 && this.text[i] != this.text[length]) {
                length = fallback[length - 1];
            }
            length += this.text[i] == this.text[length] ? 1 : 0;
            fallback[i] = length;
        }
    }

    /** What is looked for, as UTF-8. */
    byte[] text() {
        return text.clone();
    }

    /** Takes the next byte; true when the text ends with it. */
    boolean accept(byte next) {
        while (matched > 0 && text[matched] != next) {
            matched = fallback[matched - 1];
        }
        matched += text[matched] == next ? 1 : 0;
        if (matched == text.length) {
            matched = fallback[matched - 1];
            return true;
        }
        return false;
    }
}
