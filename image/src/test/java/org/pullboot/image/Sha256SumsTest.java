package org.pullboot.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class Sha256SumsTest {
    private static final String HEX = "0123456789abcdef".repeat(4);
    private static final Sha256 DIGEST = new Sha256(HEX);

    private static Sha256Sums parse(String text) throws ImageException {
        return Sha256Sums.parse(text.getBytes(UTF_8));
    }

    @Test
    void theThreeFormsOfALineCount() throws ImageException {
        for (String between : List.of(" *", "  ", " ")) {
            assertThat(parse(HEX + between + "image.raw\n").find("image.raw")).hasValue(DIGEST);
            assertThat(parse("x  y\n" + HEX + between + "image.raw\nz").find("image.raw"))
                    .hasValue(DIGEST);
        }
    }

    @Test
    void nothingElseCounts() throws ImageException {
        for (String text : List.of(
                "",
                HEX + "  image.raw",
                HEX + "\timage.raw\n",
                HEX + "image.raw\n",
                " " + HEX + "  image.raw\n",
                HEX.toUpperCase(Locale.ROOT) + "  image.raw\n",
                HEX.substring(1) + "  image.raw\n",
                HEX + "0  image.raw\n",
                HEX + "  image.raw2\n",
                HEX + "  ./image.raw\n",
                HEX + "  image.raw\r\n",
                "# " + HEX + "  image.raw\n",
                "\\" + HEX + "  image.raw\n")) {
            assertThat(parse(text).find("image.raw")).as(text).isEmpty();
        }
    }

    @Test
    void theFirstOfSeveralIsFoundAndAllVouch() throws ImageException {
        Sha256 other = new Sha256("f".repeat(64));
        Sha256Sums sums =
                parse(Sha256Sums.line("a", DIGEST) + Sha256Sums.line("b", other) + Sha256Sums.line("a", other));

        assertThat(sums.find("a")).hasValue(DIGEST);
        assertThat(sums.vouchesFor("a", other)).isTrue();
        assertThat(sums.vouchesFor("b", DIGEST)).isFalse();
    }

    @Test
    void namesMayBeginWithBlanksAndStars() throws ImageException {
        assertThat(parse(HEX + "  x\n").find(" x")).hasValue(DIGEST);
        assertThat(parse(HEX + " **x\n").find("*x")).hasValue(DIGEST);
        assertThat(parse(HEX + "  \u00fcml\u00e4ut\n").find("\u00fcml\u00e4ut")).hasValue(DIGEST);
    }

    @Test
    void aListIsBounded() {
        assertThatThrownBy(() -> Sha256Sums.parse(new byte[Sha256Sums.MAX_BYTES + 1]))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("at most 1048576 bytes");
    }

    @Test
    void aNameThatCannotBeListedIsRefused() {
        for (String name : List.of("", "a\nb", "a\\b")) {
            assertThatThrownBy(() -> Sha256Sums.line(name, DIGEST)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
