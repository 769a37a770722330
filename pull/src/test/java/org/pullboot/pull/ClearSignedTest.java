package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts with their signature behind them; that gpg's are verified is tested where signatures are. */
final class ClearSignedTest {
    private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----\n";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n";

    @Test
    void theTextIsWhatWasSigned() throws PullException {
        byte[] text = parse(BEGIN + "Hash: SHA512\n\n- -dashed  \nplain\t\r\n\ncafé\n" + SIGNATURE);

        assertThat(new String(text, UTF_8)).isEqualTo("-dashed\nplain\n\ncafé\n");
    }

    @Test
    void otherFilesAreNone() throws PullException {
        assertThat(ClearSigned.text("x".getBytes(UTF_8))).isEmpty();
        assertThat(ClearSigned.text(SIGNATURE.getBytes(UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BEGIN + "\ntext\n",
                BEGIN + "Comment: unsigned\n\ntext\n" + SIGNATURE,
                BEGIN + "text\n" + SIGNATURE,
                BEGIN + "\n-text\n" + SIGNATURE,
                "-----BEGIN PGP SIGNED MESSAGE-----x\n\ntext\n" + SIGNATURE
            })
    void damagedOnesAreRefused(String text) {
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> parse(text))
                .withMessageStartingWith("the signed text cannot be understood: ");
    }

    private static byte[] parse(String text) throws PullException {
        return ClearSigned.text(text.getBytes(UTF_8)).orElseThrow();
    }
}
