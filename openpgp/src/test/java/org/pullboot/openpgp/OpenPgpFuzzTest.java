package org.pullboot.openpgp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.pullboot.pull.PullException;

final class OpenPgpFuzzTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

    private final OpenPgpKeyring keyring = OpenPgpKeyring.of("ring", Rfc9580Test.sample("rfc9580-a3.asc"), CLOCK);

    OpenPgpFuzzTest() throws OpenPgpException {}

    @FuzzTest
    void signaturesThrowNothingButTheDeclaredError(byte[] input) {
        try {
            keyring.check(input, input);
        } catch (PullException expected) {
            // What most inputs are.
        }
        try {
            keyring.open(input);
        } catch (PullException expected) {
            // What most inputs are.
        }
    }

    @FuzzTest
    void keyringsThrowNothingButTheDeclaredError(byte[] input) throws PullException {
        try {
            OpenPgpKeyring.of("ring", input, CLOCK).open(Rfc9580Test.sample("rfc9580-a7.asc"));
        } catch (OpenPgpException | PullException expected) {
            // What most inputs are.
        }
    }

    @FuzzTest
    void secretKeysThrowNothingButTheDeclaredError(byte[] input) {
        try {
            OpenPgpSigner.of(
                    "key",
                    input,
                    what -> {
                        throw new OpenPgpException("there is no passphrase");
                    },
                    CLOCK);
        } catch (IOException expected) {
            // What most inputs are.
        }
    }
}
