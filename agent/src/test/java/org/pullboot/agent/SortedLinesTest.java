package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SortedLinesTest {
    @Test
    void theFirstOfSeveralLinesIsFoundAndThenTheOthers() {
        SortedLines lines = lines("a 1\nab 1\nab 2\nab 3\nb 1\n");

        int at = lines.find("ab");
        assertThat(lines.line(at)).isEqualTo("ab 1");
        at = lines.next(at, "ab");
        assertThat(lines.line(at)).isEqualTo("ab 2");
        at = lines.next(at, "ab");
        assertThat(lines.line(at)).isEqualTo("ab 3");
        assertThat(lines.next(at, "ab")).isEqualTo(-1);
    }

    @Test
    void nothingIsFoundInNothing() {
        assertThat(lines("").find("a")).isEqualTo(-1);
    }

    @Test
    void theLastLineNeedsNoEnd() {
        SortedLines lines = lines("a\nb");

        assertThat(lines.line(lines.find("b"))).isEqualTo("b");
    }

    @Test
    void aPrefixLongerThanEveryLineIsNotFound() {
        assertThat(lines("a\nab\n").find("abc")).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyLineIsFoundAndNothingElse(long seed) {
        Random random = new Random(seed);
        TreeSet<String> words = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            words.add(word(random));
        }
        SortedLines lines = lines(String.join("\n", words) + "\n");

        for (int i = 0; i < 1000; i++) {
            String prefix = word(random);
            List<String> expected =
                    words.stream().filter(word -> word.startsWith(prefix)).toList();
            List<String> found = new ArrayList<>();
            for (int at = lines.find(prefix); at >= 0; at = lines.next(at, prefix)) {
                found.add(lines.line(at));
            }
            assertThat(found).as("seed %d, prefix %s", seed, prefix).isEqualTo(expected);
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }

    private static SortedLines lines(String text) {
        return new SortedLines(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
