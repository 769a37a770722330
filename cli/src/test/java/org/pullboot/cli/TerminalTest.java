package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TerminalTest {
    private final StringWriter written = new StringWriter();

    @Test
    void aLineThatStaysIsPrintedAboveTheLivingOnes() {
        Terminal terminal = new Terminal(new PrintWriter(written), true, 80);

        terminal.bottom(List.of("one", "two"));
        terminal.println("stays");

        assertThat(written.toString()).isEqualTo("one\ntwo\n\u001b[1A\u001b[2K\u001b[1A\u001b[2Kstays\none\ntwo\n");
    }

    @Test
    void whereThereIsNoTerminalOnlyLinesThatStayArePrintedAndNoColours() {
        Terminal terminal = new Terminal(new PrintWriter(written), false, 80);

        terminal.bottom(List.of("moves"));
        terminal.println(Terminal.Tone.BAD, "stays");

        assertThat(written.toString()).isEqualTo("stays\n");
    }

    @Test
    void aLivingLineNeverWraps() {
        Terminal terminal = new Terminal(new PrintWriter(written), true, 10);

        terminal.bottom(List.of("0123456789abc"));

        assertThat(written.toString()).isEqualTo("012345678\n");
    }

    @Test
    void amountsAreReadableAtEverySize() {
        assertThat(Amounts.bytes(0)).isEqualTo("0 B");
        assertThat(Amounts.bytes(999)).isEqualTo("999 B");
        assertThat(Amounts.bytes(1_000)).isEqualTo("1.0 kB");
        assertThat(Amounts.bytes(999_999)).isEqualTo("1.0 MB");
        assertThat(Amounts.bytes(38_200_000)).isEqualTo("38.2 MB");
        assertThat(Amounts.bytes(421_500_000)).isEqualTo("422 MB");
        assertThat(Amounts.seconds(Duration.ofMillis(3449))).isEqualTo("3.4 s");
    }
}
