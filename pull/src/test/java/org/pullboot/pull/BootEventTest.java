package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BootEventTest {
    @Test
    void anEventIsALineOfWords() {
        assertThat(BootEvent.of(Stage.DOWNLOAD)
                        .by("b1", "4c4c-44", "52:54:00:00:00:01")
                        .download("image 1.raw", 5, 10)
                        .at(1234)
                        .saying("100 % of größe\n")
                        .line())
                .isEqualTo("stage=download boot=b1 machine=4c4c-44 mac=52:54:00:00:00:01 name=image%201.raw bytes=5"
                        + " total=10 millis=1234 message=100%20%25%20of%20gr%C3%B6%C3%9Fe%0A");
    }

    @Test
    void whatIsUnknownIsLeftOut() {
        assertThat(BootEvent.of(Stage.SWITCH_ROOT).line()).isEqualTo("stage=switch-root");
        assertThat(BootEvent.of(Stage.DOWNLOAD).download("x", 0, -1).line()).isEqualTo("stage=download name=x bytes=0");
    }

    @ParameterizedTest
    @EnumSource
    void everyStageComesBackFromItsWord(Stage stage) throws PullException {
        assertThat(Stage.of(stage.word())).isEqualTo(stage);
        assertThat(stage.word()).isEqualTo(stage.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @Test
    void aBodyHasAnEventPerLine() throws PullException {
        assertThat(BootEvent.parse("stage=started\n\nstage=plan new=1 boot=b\n".getBytes(UTF_8)))
                .containsExactly(
                        BootEvent.of(Stage.STARTED), BootEvent.of(Stage.PLAN).by("b", null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "boot=x",
                "stage=frobbing",
                "stage=started boot",
                "stage=started  boot=x",
                "stage=started ",
                "stage=download bytes=-1",
                "stage=download bytes=1e3",
                "stage=download total=9999999999999999999",
                "stage=failed message=%4",
                "stage=failed message=%",
                "stage=failed message=%zz"
            })
    void whatIsNoEventIsAnError(String line) {
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> BootEvent.parseLine(line));
    }

    @Test
    void valuesHaveBounds() {
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> BootEvent.parseLine("stage=failed boot=" + "x".repeat(65)));
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> BootEvent.parseLine("stage=failed message=" + "x".repeat(2001)));
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> BootEvent.parse(new byte[BootEvent.LIMIT + 1]));
    }

    @Test
    void aLongMessageIsCutToWhatAParserTakes() throws PullException {
        String line = BootEvent.of(Stage.FAILED).saying("x".repeat(5000)).line();

        assertThat(BootEvent.parseLine(line).message()).isEqualTo("x".repeat(2000));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void everyEventComesBackFromItsLine(long seed) throws PullException {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        for (int i = 0; i < 200; i++) {
            Stage[] stages = Stage.values();
            BootEvent event = BootEvent.of(stages[random.nextInt(stages.length)])
                    .by(text(random, 64), text(random, 64), text(random, 64))
                    .download(text(random, 200), random.nextLong(1L << 50), random.nextLong(1L << 50))
                    .at(random.nextLong(1L << 40))
                    .saying(text(random, 1000));

            assertThat(BootEvent.parseLine(event.line())).isEqualTo(event);
            assertThat(event.line()).matches("[!-~ ]*");
        }
    }

    private static String text(RandomGenerator random, int limit) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(limit + 1);
        for (int i = 0; i < length; i++) {
            text.append((char)
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(0x80);
                        case 1 -> random.nextInt(0xa0, 0x800);
                        case 2 -> random.nextInt(0x4e00, 0x9fff);
                        default -> random.nextInt('a', 'z' + 1);
                    });
        }
        return text.toString();
    }
}
