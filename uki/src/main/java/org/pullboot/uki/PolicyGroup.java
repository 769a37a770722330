package org.pullboot.uki;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * One signer of PCR policies, with what it signs: a group of ukify's options. Signs as {@code systemd-measure sign} does, or
 * leaves it to another as {@code systemd-measure policy-digest}: of every phase, in every bank.
 *
 * @param publicKey whose fingerprint stands beside each policy
 * @param key signs; without it the policies wait for their signatures
 * @param phases at which the secret can be had
 * @param reference what objects must name beside the key to accept the signatures
 */
public record PolicyGroup(
        Optional<PublicKey> publicKey, Optional<SigningKey> key, List<PhasePath> phases, Optional<String> reference) {
    /** By which {@code ukify --sign-initrd-pcrs} marks what holds in the initrd alone. */
    private static final String INITRD_REFERENCE = "initrd";

    /** Sorts the phases; none are those of a regular boot. */
    public PolicyGroup {
        phases = PhasePath.sorted(phases.isEmpty() ? PhasePath.REGULAR : phases);
    }

    /** Signs. */
    public static PolicyGroup signing(SigningKey key, List<PhasePath> phases, Optional<String> reference) {
        return new PolicyGroup(Optional.of(key.publicKey()), Optional.of(key), phases, reference);
    }

    /** Leaves the signing to another, who has the private key; the public one may be unknown. */
    public static PolicyGroup offline(
            Optional<PublicKey> publicKey, List<PhasePath> phases, Optional<String> reference) {
        return new PolicyGroup(publicKey, Optional.empty(), phases, reference);
    }

    /** The same for the initrd alone, marked as such. */
    public PolicyGroup forInitrd() {
        return new PolicyGroup(publicKey, key, List.of(PhasePath.INITRD), Optional.of(INITRD_REFERENCE));
    }

    /**
     * The policies of a measured image.
     *
     * @throws KeyException when the key does not sign
     */
    public PcrSignatures sign(UkiMeasurement measurement, Set<PcrBank> banks) throws KeyException {
        Optional<String> fingerprint = publicKey.map(PolicyGroup::fingerprint);
        Map<String, List<PcrSignature>> all = new LinkedHashMap<>();
        for (PcrBank bank : PcrBank.all()) {
            if (banks.contains(bank)) {
                List<PcrSignature> policies = new ArrayList<>();
                for (PhasePath phase : phases) {
                    policies.add(policy(PcrPolicy.digest(bank, measurement.pcr11(bank, phase)), fingerprint));
                }
                all.put(bank.label(), policies.stream().distinct().toList());
            }
        }
        return new PcrSignatures(all);
    }

    private PcrSignature policy(byte[] digest, Optional<String> fingerprint) throws KeyException {
        byte[] toBeSigned = PcrPolicy.toBeSigned(digest, reference);
        Optional<String> signature = Optional.empty();
        if (key.isPresent()) {
            signature = Optional.of(Base64.getEncoder().encodeToString(key.get().sign(toBeSigned)));
        }
        HexFormat hex = HexFormat.of();
        return new PcrSignature(
                List.of(PcrPolicy.REGISTER),
                fingerprint,
                reference,
                hex.formatHex(digest),
                signature.isPresent() ? Optional.empty() : Optional.of(hex.formatHex(toBeSigned)),
                signature);
    }

    /** SHA-256 of an RSA key as PKCS #1 has it, or of an EC key's point. */
    static String fingerprint(PublicKey key) {
        byte[] bits = SubjectPublicKeyInfo.getInstance(key.getEncoded())
                .getPublicKeyData()
                .getBytes();
        return HexFormat.of().formatHex(PcrBank.SHA256.digest(bits));
    }
}
