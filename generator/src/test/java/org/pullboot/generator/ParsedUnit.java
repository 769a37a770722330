package org.pullboot.generator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A unit file as systemd reads it (systemd.syntax(7)).
 *
 * @param settings the values of each key, in order
 */
record ParsedUnit(Map<String, List<String>> settings) {
    static ParsedUnit of(String text) {
        Map<String, List<String>> settings = new TreeMap<>();
        for (String line : text.replace("\\\n", " ").split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                settings.computeIfAbsent(line.substring(0, equals), key -> new ArrayList<>())
                        .add(line.substring(equals + 1));
            }
        }
        return new ParsedUnit(settings);
    }

    /** The units that a dependency names, whatever lines they are on. */
    Set<String> units(String key) {
        Set<String> units = new TreeSet<>();
        for (String value : settings.getOrDefault(key, List.of())) {
            units.addAll(Arrays.asList(value.split(" ", -1)));
        }
        return units;
    }

    /** The last value of a key, empty when there is none. */
    String last(String key) {
        List<String> values = settings.getOrDefault(key, List.of(""));
        return values.getLast();
    }

    /** The words of the only command, with specifiers expanded; wrong where quotes are not closed. */
    List<String> command() {
        String line = last("ExecStart").substring(1);
        List<String> words = new ArrayList<>();
        int i = 0;
        while (i < line.length()) {
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            char quote = 0;
            for (; i < line.length() && (quote != 0 || line.charAt(i) != ' '); i++) {
                char c = line.charAt(i);
                if (c == '\\' && i + 1 < line.length()) {
                    i++;
                    if (line.charAt(i) == 'x') {
                        word.write(Integer.parseInt(line.substring(i + 1, i + 3), 16));
                        i += 2;
                    } else {
                        append(word, line.substring(i, i + 1));
                    }
                } else if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (quote != 0 && c == quote) {
                    quote = 0;
                } else {
                    int end = i + (Character.isHighSurrogate(c) ? 2 : 1);
                    append(word, line.substring(i, end));
                    i = end - 1;
                }
            }
            words.add(word.toString(StandardCharsets.UTF_8).replace("%%", "%"));
            i++;
        }
        return words;
    }

    private static void append(ByteArrayOutputStream word, String text) {
        word.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
