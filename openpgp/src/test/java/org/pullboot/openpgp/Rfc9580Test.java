package org.pullboot.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.pullboot.pull.PullException;

/** The samples of RFC 9580, appendix A.3, A.6 and A.7: a key of version 6 and what it signed. */
final class Rfc9580Test {
    private static final String TEXT = "What we need from the grocery store:\n\n- tofu\n- vegetables\n- noodles\n";
    private static final String KEY = "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9";

    private final OpenPgpKeyring keyring = OpenPgpKeyring.of(
            "a3", sample("rfc9580-a3.asc"), InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));

    Rfc9580Test() throws OpenPgpException {}

    @Test
    void theSignedTextIsGood() throws PullException {
        assertThat(new String(keyring.open(sample("rfc9580-a6.asc")), StandardCharsets.UTF_8))
                .isEqualTo(TEXT + "\n");
    }

    @Test
    void theSignedMessageIsGood() throws PullException {
        assertThat(new String(keyring.open(sample("rfc9580-a7.asc")), StandardCharsets.UTF_8))
                .isEqualTo(TEXT);
    }

    @Test
    void aSignedMessageSpeaksForTheSameBytesOnly() throws PullException {
        keyring.check(bytes(TEXT), sample("rfc9580-a7.asc"));

        assertThatThrownBy(() -> keyring.check(bytes(TEXT + "- beer\n"), sample("rfc9580-a7.asc")))
                .isInstanceOf(PullException.class)
                .hasMessage("the signature is refused: it is about another text than this");
    }

    @Test
    void anotherTextIsRefused() {
        byte[] changed = bytes(new String(sample("rfc9580-a6.asc"), StandardCharsets.UTF_8).replace("tofu", "beef"));

        assertThatThrownBy(() -> keyring.open(changed))
                .isInstanceOf(PullException.class)
                .hasMessage("the signed message is refused: it is wrong: the key " + KEY + " did not sign these bytes");
    }

    @Test
    void theSignatureAloneIsGoodForTheTextWithAnyLineEnds() throws Exception {
        String file = new String(sample("rfc9580-a6.asc"), StandardCharsets.UTF_8);
        byte[] detached = bytes(file.substring(file.indexOf(Armor.SIGNATURE)));
        byte[] binary = Armor.remove(detached);

        keyring.check(bytes(TEXT), detached);
        keyring.check(bytes(TEXT.replace("\n", "\r\n")), binary);
        assertThatThrownBy(() -> keyring.check(bytes(TEXT), Arrays.copyOf(binary, binary.length - 1)))
                .isInstanceOf(PullException.class)
                .hasMessage("the signature is refused: it is cut short: a packet has fewer bytes than it says");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] sample(String name) {
        try (InputStream in = Objects.requireNonNull(Rfc9580Test.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
