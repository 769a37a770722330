package org.pullboot.uki;

import java.util.List;
import java.util.Optional;

/**
 * One policy of a .pcrsig section (UAPI specification 5, "JSON Format for .pcrsig"): signed, or waiting for its signature.
 *
 * @param registers which registers the policy is about; 11 alone in those that are made here
 * @param fingerprint SHA-256 of the public key, 64 lower-case hexadecimal digits; empty when it is not known yet
 * @param reference what a TPM object must name beside the key to accept the signature
 * @param policy the policy's digest, 64 lower-case hexadecimal digits
 * @param toBeSigned what is to be signed, in hexadecimal digits; only while there is no signature
 * @param signature in base64
 */
public record PcrSignature(
        List<Integer> registers,
        Optional<String> fingerprint,
        Optional<String> reference,
        String policy,
        Optional<String> toBeSigned,
        Optional<String> signature) {
    /** Copies the list. */
    public PcrSignature {
        registers = List.copyOf(registers);
    }

    /** Whether a signature of the other policy is one of this. */
    boolean isFor(PcrSignature other) {
        if (fingerprint.isPresent() && other.fingerprint.isPresent() && !fingerprint.equals(other.fingerprint)) {
            return false;
        }
        if (toBeSigned.isPresent() && other.toBeSigned.isPresent()) {
            return toBeSigned.equals(other.toBeSigned);
        }
        return policy.equals(other.policy) && reference.equals(other.reference);
    }

    PcrSignature withSignature(Optional<String> added) {
        return new PcrSignature(registers, fingerprint, reference, policy, toBeSigned, added);
    }
}
