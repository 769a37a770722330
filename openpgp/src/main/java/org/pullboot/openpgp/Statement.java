package org.pullboot.openpgp;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.bcpg.SignaturePacket;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * A signature and what it says, from the part of it that is signed (RFC 9580 §5.2). Whether it is right is asked with
 * {@link #holds}.
 *
 * @param signature the library's view; asked by one thread at a time
 * @param made when
 * @param expires when it does not count any more; empty for never
 * @param keyValidity for how long after its creation the key is good that this is about; empty for ever, or not said
 * @param keyFlags what that key may do; empty when not said
 */
record Statement(
        PGPSignature signature,
        Instant made,
        Optional<Instant> expires,
        Optional<Duration> keyValidity,
        Optional<Integer> keyFlags) {
    private static final Set<Integer> KNOWN = Set.of(
            SignatureSubpacketTags.CREATION_TIME,
            SignatureSubpacketTags.EXPIRE_TIME,
            SignatureSubpacketTags.EXPORTABLE,
            SignatureSubpacketTags.TRUST_SIG,
            SignatureSubpacketTags.REG_EXP,
            SignatureSubpacketTags.REVOCABLE,
            SignatureSubpacketTags.KEY_EXPIRE_TIME,
            SignatureSubpacketTags.PREFERRED_SYM_ALGS,
            SignatureSubpacketTags.REVOCATION_KEY,
            SignatureSubpacketTags.ISSUER_KEY_ID,
            SignatureSubpacketTags.PREFERRED_HASH_ALGS,
            SignatureSubpacketTags.PREFERRED_COMP_ALGS,
            SignatureSubpacketTags.KEY_SERVER_PREFS,
            SignatureSubpacketTags.PREFERRED_KEY_SERV,
            SignatureSubpacketTags.PRIMARY_USER_ID,
            SignatureSubpacketTags.POLICY_URL,
            SignatureSubpacketTags.KEY_FLAGS,
            SignatureSubpacketTags.SIGNER_USER_ID,
            SignatureSubpacketTags.REVOCATION_REASON,
            SignatureSubpacketTags.FEATURES,
            SignatureSubpacketTags.SIGNATURE_TARGET,
            SignatureSubpacketTags.EMBEDDED_SIGNATURE,
            SignatureSubpacketTags.ISSUER_FINGERPRINT,
            SignatureSubpacketTags.INTENDED_RECIPIENT_FINGERPRINT,
            SignatureSubpacketTags.PREFERRED_AEAD_ALGORITHMS);

    /** What is hashed besides the signature itself. */
    interface Subject {
        boolean verify(PGPSignature signature) throws PGPException;
    }

    /**
     * Reads a signature packet.
     *
     * @throws OpenPgpException when it is damaged, of a version that is not used any more, or says what must be understood
     *     and is not
     */
    static Statement of(Packet packet) throws OpenPgpException {
        try {
            return of(new PGPSignature(packet.stream()));
        } catch (OpenPgpException e) {
            throw e;
        } catch (IOException | PGPException | RuntimeException e) {
            throw new OpenPgpException("a signature is damaged: " + e.getMessage(), e);
        }
    }

    static Statement of(PGPSignature signature) throws OpenPgpException {
        int version = signature.getVersion();
        if (version != SignaturePacket.VERSION_4 && version != SignaturePacket.VERSION_6) {
            throw new OpenPgpException(
                    "a signature is of version " + version + ", and only those of version 4 and 6 are good");
        }
        PGPSignatureSubpacketVector said = signature.getHashedSubPackets();
        if (!said.hasSubpacket(SignatureSubpacketTags.CREATION_TIME)) {
            throw new OpenPgpException("a signature does not say when it was made");
        }
        for (SignatureSubpacket part : said.toArray()) {
            if (part.isCritical() && !KNOWN.contains(part.getType())) {
                throw new OpenPgpException("a signature has a condition (" + part.getType()
                        + ") that must be understood and is not known here");
            }
        }
        Instant made = said.getSignatureCreationTime().toInstant();
        return new Statement(
                signature,
                made,
                seconds(said.getSignatureExpirationTime()).map(made::plus),
                seconds(said.getKeyExpirationTime()),
                said.hasSubpacket(SignatureSubpacketTags.KEY_FLAGS)
                        ? Optional.of(said.getKeyFlags())
                        : Optional.empty());
    }

    private static Optional<Duration> seconds(long number) {
        return number == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(number));
    }

    int type() {
        return signature.getSignatureType();
    }

    int hash() {
        return signature.getHashAlgorithm();
    }

    /** Who made it, as far as it says so; nothing else of it is true before it holds. */
    List<KeyIdentifier> issuers() {
        return signature.getKeyIdentifiers();
    }

    /** Whether this key may have made it. */
    boolean namesAsIssuer(PGPPublicKey key) {
        return issuers().stream().anyMatch(issuer -> issuer.matchesExplicit(key.getKeyIdentifier()));
    }

    /** Whether it counts at this time. */
    boolean isTimely(Instant now) {
        return !made.isAfter(now) && !isExpired(now);
    }

    boolean isExpired(Instant now) {
        return expires.filter(end -> !end.isAfter(now)).isPresent();
    }

    /** Whether this key made it over this subject; what the library stumbles over was not made by that key. */
    boolean holds(PGPPublicKey issuer, Subject subject) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), issuer);
            return subject.verify(signature);
        } catch (PGPException | RuntimeException e) {
            return false;
        }
    }
}
