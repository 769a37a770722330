package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BootPlanTest {
    private static final BootPlan PLAN = new BootPlan("b-1", "g_2", "ram", List.of("http://m/d", "https://n"));

    @Test
    void aPlanIsLinesOfKeyAndValue() throws PullException {
        assertThat(
                        parse(
                                "version=1\nboot=b-1\n\ngeneration=g_2\nroot=ram\nfuture=x=y\nmirror=http://m/d/\nmirror=https://n"))
                .isEqualTo(PLAN);
    }

    @Test
    void aPlanComesBackFromItsText() throws PullException {
        assertThat(parse(PLAN.text())).isEqualTo(PLAN);
        assertThat(parse("version=1")).isEqualTo(new BootPlan(null, null, null, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "boot=x",
                "version=2",
                "version=1\nfrob",
                "version=1\nboot=",
                "version=1\nboot=a b",
                "version=1\nboot=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "version=1\ngeneration=../x",
                "version=1\nmirror=ftp://x"
            })
    void whatIsNoPlanIsAnError(String text) {
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> parse(text));
    }

    @Test
    void aPlanHasABound() throws PullException {
        String start = "version=1\n";
        byte[] longest = (start + "x=" + "y".repeat(BootPlan.LIMIT - start.length() - 2)).getBytes(UTF_8);

        assertThat(BootPlan.parse(longest).boot()).isNull();
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> BootPlan.parse(new byte[BootPlan.LIMIT + 1]));
    }

    @Test
    void theUrlSaysWhoAsks() throws PullException {
        BootOrigin origin = new BootOrigin("http://h/d/x.efi");

        assertThat(BootPlan.url(origin, "g", "4c4c4544-0042", "52:54:00:12:34:56"))
                .isEqualTo("http://h/d/.pullboot/v1/plan?generation=g&machine=4c4c4544-0042&mac=52:54:00:12:34:56");
        assertThat(BootPlan.url(origin, null, null, "a&b c")).isEqualTo("http://h/d/.pullboot/v1/plan?mac=a%26b%20c");
        assertThat(BootPlan.url(origin, null, null, null)).isEqualTo("http://h/d/.pullboot/v1/plan");
    }

    private static BootPlan parse(String text) throws PullException {
        return BootPlan.parse(text.getBytes(UTF_8));
    }
}
