package org.pullboot.pull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's command line, split into words as systemd splits it: at blanks, tabs and line ends; single and double
 * quotes group and are removed wherever they stand in a word; a backslash is an ordinary character; a quote left open
 * ends with the line. In keys, {@code -} and {@code _} are equal.
 *
 * <p>A word is {@code KEY} or {@code KEY=VALUE}. Immutable.
 */
public final class KernelCommandLine {
    /** Longer than any kernel's COMMAND_LINE_SIZE. */
    private static final int LIMIT = 64 * 1024;

    private final List<String> words;

    private KernelCommandLine(List<String> words) {
        this.words = List.copyOf(words);
    }

    /** Splits a command line; every text is one. */
    public static KernelCommandLine parse(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                endWord(word, words);
            } else {
                word.append(c);
            }
        }
        endWord(word, words);
        return new KernelCommandLine(words);
    }

    private static void endWord(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    /**
     * Reads a command line from a file, usually {@code /proc/cmdline}; what is beyond 64 KiB is not read.
     *
     * @throws IOException when the file cannot be read
     */
    public static KernelCommandLine read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return parse(new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8));
        }
    }

    /** All words in order, without their quotes. */
    public List<String> words() {
        return words;
    }

    /** Whether a word is {@code KEY} or {@code KEY=VALUE}. */
    public boolean has(String key) {
        for (String word : words) {
            if (isKey(word, key, 0)) {
                return true;
            }
        }
        return false;
    }

    /** The value of the last word {@code KEY=VALUE}. */
    public Optional<String> value(String key) {
        for (int i = words.size() - 1; i >= 0; i--) {
            String word = words.get(i);
            if (isKey(word, key, 0) && word.length() > key.length()) {
                return Optional.of(word.substring(key.length() + 1));
            }
        }
        return Optional.empty();
    }

    /** The values of all words {@code KEY=VALUE}, in order. */
    public List<String> values(String key) {
        List<String> values = new ArrayList<>();
        for (String word : words) {
            if (isKey(word, key, 0) && word.length() > key.length()) {
                values.add(word.substring(key.length() + 1));
            }
        }
        return values;
    }

    /**
     * The value of the last word {@code KEY=VALUE} or {@code rd.KEY=VALUE}, as systemd reads most of its keys in an
     * initrd. (The {@code systemd.pull} family is stricter: in an initrd only {@code rd.systemd.pull} counts.)
     */
    public Optional<String> valueInInitrd(String key) {
        for (int i = words.size() - 1; i >= 0; i--) {
            String word = words.get(i);
            int start = word.startsWith("rd.") ? 3 : 0;
            if (isKey(word, key, start) && word.length() > start + key.length()) {
                return Optional.of(word.substring(start + key.length() + 1));
            }
        }
        return Optional.empty();
    }

    /**
     * A switch: the last of {@code KEY} (on), {@code KEY=BOOL}; systemd's spellings of yes and no. A value that is
     * neither counts as if the word were not there.
     */
    public boolean flag(String key, boolean otherwise) {
        boolean flag = otherwise;
        for (String word : words) {
            if (isKey(word, key, 0)) {
                flag = word.length() == key.length()
                        || Booleans.parse(word.substring(key.length() + 1)).orElse(flag);
            }
        }
        return flag;
    }

    private static boolean isKey(String word, String key, int start) {
        int end = start + key.length();
        if (word.length() < end || (word.length() > end && word.charAt(end) != '=')) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (fold(word.charAt(start + i)) != fold(key.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char fold(char c) {
        return c == '-' ? '_' : c;
    }

    /** The words, with blanks between them: for people, quotes are not put back. */
    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
