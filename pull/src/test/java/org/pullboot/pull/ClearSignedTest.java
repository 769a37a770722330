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
        ClearSigned signed = parse(BEGIN + "Hash: SHA512\n\n- -dashed  \nplain\t\r\n\ncafé\n" + SIGNATURE);

        assertThat(new String(signed.text(), UTF_8)).isEqualTo("-dashed\r\nplain\r\n\r\ncafé");
        assertThat(new String(signed.lines(), UTF_8)).isEqualTo("-dashed\nplain\n\ncafé\n");
        assertThat(new String(signed.signature(), UTF_8)).isEqualTo(SIGNATURE);
    }

    @Test
    void otherFilesAreNone() throws PullException {
        assertThat(ClearSigned.parse("x".getBytes(UTF_8))).isEmpty();
        assertThat(ClearSigned.parse(SIGNATURE.getBytes(UTF_8))).isEmpty();
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

    private static ClearSigned parse(String text) throws PullException {
        return ClearSigned.parse(text.getBytes(UTF_8)).orElseThrow();
    }
}
