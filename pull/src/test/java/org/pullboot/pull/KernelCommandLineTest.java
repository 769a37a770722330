package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KernelCommandLineTest {
    @Test
    void wordsEndAtBlanksTabsAndLineEnds() {
        assertThat(KernelCommandLine.parse("  a=1\tb  c=d=e\r\nquiet\n").words())
                .containsExactly("a=1", "b", "c=d=e", "quiet");
    }

    @Test
    void quotesGroupWhereverTheyStandAndAreRemoved() {
        assertThat(KernelCommandLine.parse("a=\"b c\" 'd e'=f g='\"' h=\"it's\" \"\" i=x'y z'w")
                        .words())
                .containsExactly("a=b c", "d e=f", "g=\"", "h=it's", "i=xy zw");
    }

    @Test
    void aBackslashIsAnOrdinaryCharacter() {
        assertThat(KernelCommandLine.parse("a=\\x20 b=\"c\\\" d").words()).containsExactly("a=\\x20", "b=c\\", "d");
    }

    @Test
    void aQuoteLeftOpenEndsWithTheLine() {
        assertThat(KernelCommandLine.parse("a=\"b c").words()).containsExactly("a=b c");
    }

    @Test
    void theLastValueCountsAndAllAreThere() {
        KernelCommandLine line = KernelCommandLine.parse("root=/dev/sda root=gpt-auto root ip=any");

        assertThat(line.value("root")).contains("gpt-auto");
        assertThat(line.values("root")).containsExactly("/dev/sda", "gpt-auto");
        assertThat(line.value("rootflags")).isEmpty();
    }

    @Test
    void dashAndUnderscoreAreEqualInKeysAndNotInValues() {
        KernelCommandLine line = KernelCommandLine.parse("systemd.machine-id=a-b_c");

        assertThat(line.value("systemd.machine_id")).contains("a-b_c");
        assertThat(line.has("systemd.machine-id")).isTrue();
        assertThat(line.has("systemd.machine")).isFalse();
    }

    @Test
    void anEmptyValueIsAValueAndABareKeyHasNone() {
        KernelCommandLine line = KernelCommandLine.parse("a= b");

        assertThat(line.value("a")).contains("");
        assertThat(line.value("b")).isEmpty();
        assertThat(line.has("b")).isTrue();
    }

    @Test
    void inAnInitrdTheRdPrefixIsOptionalAndTheLastOneCounts() {
        assertThat(KernelCommandLine.parse("systemd.unit=a rd.systemd.unit=b").valueInInitrd("systemd.unit"))
                .contains("b");
        assertThat(KernelCommandLine.parse("rd.systemd.unit=b systemd.unit=a").valueInInitrd("systemd.unit"))
                .contains("a");
        assertThat(KernelCommandLine.parse("rd.systemd.unit=b").value("systemd.unit"))
                .isEmpty();
    }

    @Test
    void aFlagIsOnWhenItIsBareAndElseWhatItsValueSays() {
        assertThat(KernelCommandLine.parse("x").flag("x", false)).isTrue();
        assertThat(KernelCommandLine.parse("x=off").flag("x", true)).isFalse();
        assertThat(KernelCommandLine.parse("x=Yes x=0").flag("x", true)).isFalse();
        assertThat(KernelCommandLine.parse("x=maybe").flag("x", true)).isTrue();
        assertThat(KernelCommandLine.parse("y").flag("x", true)).isTrue();
    }

    @Test
    void aFileIsReadUpToItsBound(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("cmdline");
        Files.writeString(file, "a=1 b\n" + "x".repeat(1 << 20));

        KernelCommandLine line = KernelCommandLine.read(file);

        assertThat(line.words()).startsWith("a=1", "b").hasSize(3);
        assertThat(line.words().getLast()).hasSizeLessThan(64 * 1024);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void wordsComeBackFromALineThatQuotesThem(long seed) {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        List<String> words = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            String word = randomWord(random);
            words.add(word);
            line.append(" \t\n".charAt(random.nextInt(3)))
                    .append('"')
                    .append(word)
                    .append('"');
        }
        assertThat(KernelCommandLine.parse(line.toString()).words()).isEqualTo(words);
    }

    private static String randomWord(RandomGenerator random) {
        StringBuilder word = new StringBuilder();
        int length = 1 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            word.append("abc=.-_ \t'\\,:/é".charAt(random.nextInt(15)));
        }
        return word.toString();
    }
}
