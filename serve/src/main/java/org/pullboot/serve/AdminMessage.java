package org.pullboot.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes over the admin socket: a request is one line of words, an answer lines of words and then one that is
 * {@code ok} or begins with {@code error}. In words, everything but letters and digits is escaped as in an HTML form.
 */
final class AdminMessage {
    static final String OK = "ok";
    static final String ERROR = "error";
    private static final int LINE_LIMIT = 64 << 10;

    private AdminMessage() {}

    /** The words as one line, with its end. */
    static String line(List<String> words) {
        List<String> escaped = new ArrayList<>();
        // An empty word would be no word.
        words.forEach(word -> escaped.add(word.isEmpty() ? "%" : URLEncoder.encode(word, StandardCharsets.UTF_8)));
        return String.join(" ", escaped) + "\n";
    }

    /**
     * The words of the next line.
     *
     * @return null at the end
     * @throws IOException when it is too long, or no such line
     */
    static @Nullable List<String> read(Reader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.length() == LINE_LIMIT) {
                throw new ServeException("a line of the admin socket is longer than " + LINE_LIMIT + " characters");
            }
            line.append((char) next);
            next = in.read();
        }
        List<String> words = new ArrayList<>();
        try {
            for (String word : line.toString().split(" ", -1)) {
                words.add(word.equals("%") ? "" : URLDecoder.decode(word, StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException e) {
            throw new ServeException("a line of the admin socket is not escaped as it should be", e);
        }
        return words;
    }

    /** A reader that lines are read from one after the other. */
    static BufferedReader reader(java.io.InputStream in) {
        return new BufferedReader(new java.io.InputStreamReader(in, StandardCharsets.US_ASCII));
    }
}
