package org.pullboot.uki;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class AuthenticodeFuzzTest {
    @FuzzTest
    void signaturesThrowNothingButTheDeclaredError(byte[] input) {
        try {
            AuthenticodeSignature signature = AuthenticodeSignature.parse(input);
            signature.isGenuine();
            signature.isTrusted(List.of(signature.signer()));
        } catch (PeException expected) {
            // What most inputs are.
        }
    }

    @FuzzTest
    void tablesThrowNothingButTheDeclaredError(byte[] input) {
        try {
            CertificateTable.parse(ByteBuffer.wrap(input));
        } catch (PeException expected) {
            // What most inputs are.
        }
    }

    @FuzzTest
    void policySignaturesThrowNothingButTheDeclaredError(byte[] input) {
        try {
            PcrSignatures.parse(new String(input, StandardCharsets.UTF_8)).toJson();
        } catch (PeException expected) {
            // What most inputs are.
        }
    }
}
