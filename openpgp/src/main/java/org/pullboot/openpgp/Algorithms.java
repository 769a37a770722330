package org.pullboot.openpgp;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.gnu.GNUObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.bcpg.ECPublicBCPGKey;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPPublicKey;

/** Which keys and hashes are strong enough (RFC 9580 §9). */
final class Algorithms {
    private static final int MIN_RSA = 2048;
    private static final int MAX_RSA = 16384;
    /** Since then a second message of the same SHA-1 is to be reckoned with; the day is Sequoia's and BouncyCastle's. */
    private static final Instant END_OF_SHA1 = Instant.parse("2023-02-01T00:00:00Z");

    private static final Set<ASN1ObjectIdentifier> CURVES = Set.of(
            SECObjectIdentifiers.secp256r1,
            SECObjectIdentifiers.secp384r1,
            SECObjectIdentifiers.secp521r1,
            GNUObjectIdentifiers.Ed25519,
            EdECObjectIdentifiers.id_Ed25519,
            EdECObjectIdentifiers.id_Ed448);
    private static final Set<Integer> STRONG = Set.of(
            HashAlgorithmTags.SHA224,
            HashAlgorithmTags.SHA256,
            HashAlgorithmTags.SHA384,
            HashAlgorithmTags.SHA512,
            HashAlgorithmTags.SHA3_256,
            HashAlgorithmTags.SHA3_512);
    private static final Map<Integer, String> WEAK = Map.of(
            HashAlgorithmTags.MD5, "MD5", HashAlgorithmTags.SHA1, "SHA-1", HashAlgorithmTags.RIPEMD160, "RIPEMD-160");

    private Algorithms() {}

    /** Why a hash is not good enough for a signature over data, as the end of a sentence; empty when it is. */
    static Optional<String> hashFlaw(int hash) {
        return STRONG.contains(hash)
                ? Optional.empty()
                : Optional.of("its hash is " + WEAK.getOrDefault(hash, "an unknown one (" + hash + ")")
                        + ", which does not keep others from forging it: sign with SHA-256 or SHA-512");
    }

    /** Whether a key may say something of itself by this hash: old keys did it by SHA-1. */
    static boolean bindingHash(int hash, Instant made) {
        return STRONG.contains(hash) || (hash == HashAlgorithmTags.SHA1 && made.isBefore(END_OF_SHA1));
    }

    /** Why a key is not one that can be trusted to sign, as a predicate; empty when it is. */
    static Optional<String> keyFlaw(PGPPublicKey key) {
        return switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL -> rsaFlaw(key.getBitStrength());
            case PublicKeyAlgorithmTags.ECDSA, PublicKeyAlgorithmTags.EDDSA_LEGACY -> curveFlaw(key);
            case PublicKeyAlgorithmTags.Ed25519, PublicKeyAlgorithmTags.Ed448 -> Optional.empty();
            case PublicKeyAlgorithmTags.DSA -> Optional.of("is a DSA key, which is too weak: use Ed25519 or RSA");
            default -> Optional.of("is a key of an algorithm (" + key.getAlgorithm() + ") that signs nothing here");
        };
    }

    private static Optional<String> rsaFlaw(int bits) {
        if (bits < MIN_RSA || bits > MAX_RSA) {
            return Optional.of(
                    "is an RSA key of " + bits + " bits, and one of " + MIN_RSA + " to " + MAX_RSA + " bits is needed");
        }
        return Optional.empty();
    }

    private static Optional<String> curveFlaw(PGPPublicKey key) {
        boolean known = key.getPublicKeyPacket().getKey() instanceof ECPublicBCPGKey curve
                && CURVES.contains(curve.getCurveOID());
        return known
                ? Optional.empty()
                : Optional.of("is on another curve than NIST P-256, P-384, P-521, Ed25519 and Ed448");
    }
}
