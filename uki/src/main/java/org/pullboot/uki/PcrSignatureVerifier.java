package org.pullboot.uki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Verifies that the policies in the .pcrsig sections of an image are signed by a key, and are about this very image. */
public final class PcrSignatureVerifier {
    /** Those beside the regular ones that systemd has words for. */
    private static final List<String> OTHER_PHASES = List.of(
            ":",
            "enter-initrd:leave-initrd:sysinit:ready:shutdown",
            "enter-initrd:leave-initrd:sysinit:ready:shutdown:final",
            "enter-initrd:shutdown");

    private final PublicKey key;
    private final List<PhasePath> phases;

    /**
     * Verifies with a key.
     *
     * @param phases at which policies may hold, beside those that systemd has words for
     */
    public PcrSignatureVerifier(PublicKey key, List<PhasePath> phases) {
        this.key = key;
        List<PhasePath> all = new ArrayList<>(PhasePath.REGULAR);
        OTHER_PHASES.forEach(text -> all.add(PhasePath.of(text)));
        all.addAll(phases);
        this.phases = PhasePath.sorted(all);
    }

    /**
     * A policy that holds.
     *
     * @param profile of the image
     * @param bank in which
     * @param phase at which
     * @param reference what objects must name beside the key
     */
    public record Policy(int profile, PcrBank bank, PhasePath phase, Optional<String> reference) {}

    /**
     * All policies of this key; at least one for each profile that has signatures.
     *
     * @throws PeException when there are none, when one is not signed by this key in spite of its name, or when one is about
     *     another image or phase; the message names the file
     * @throws IOException when the file cannot be read
     */
    public List<Policy> verify(Path image) throws IOException {
        List<Policy> policies = new ArrayList<>();
        try {
            for (UkiProfile profile : UkiImage.read(image).profiles()) {
                Optional<UkiSection> section = profile.section(".pcrsig");
                if (section.isPresent()) {
                    policies.addAll(
                            verify(profile, PcrSignatures.parse(section.get().text())));
                }
            }
            if (policies.isEmpty()) {
                throw new PeException("it has no PCR signatures");
            }
        } catch (PeException e) {
            String message = String.valueOf(e.getMessage());
            throw new PeException(message.startsWith(image + ":") ? message : image + ": " + message);
        }
        return policies;
    }

    private List<Policy> verify(UkiProfile profile, PcrSignatures signatures) throws IOException {
        String fingerprint = PolicyGroup.fingerprint(key);
        Map<PcrBank, Map<String, PhasePath>> known = known(profile, banks(signatures));
        List<Policy> policies = new ArrayList<>();
        Set<String> others = new TreeSet<>();
        for (PcrBank bank : known.keySet()) {
            for (PcrSignature one : signatures.of(bank)) {
                if (!one.fingerprint().equals(Optional.of(fingerprint))) {
                    one.fingerprint().ifPresent(others::add);
                } else {
                    PhasePath phase = known.getOrDefault(bank, Map.of()).get(one.policy());
                    if (phase == null) {
                        throw new PeException("the " + bank.label() + " policy " + one.policy() + " of profile "
                                + profile.index() + " is about another image, or a phase that was not named");
                    }
                    check(profile, one);
                    policies.add(new Policy(profile.index(), bank, phase, one.reference()));
                }
            }
        }
        if (policies.isEmpty()) {
            throw new PeException("no PCR signature of profile " + profile.index() + " is by the key " + fingerprint
                    + (others.isEmpty() ? "" : ", but by " + String.join(", ", others)));
        }
        return policies;
    }

    private void check(UkiProfile profile, PcrSignature one) throws PeException {
        byte[] policy = HexFormat.of().parseHex(one.policy());
        byte[] toBeSigned = PcrPolicy.toBeSigned(policy, one.reference());
        try {
            Signature verifier =
                    Signature.getInstance(key instanceof RSAPublicKey ? "SHA256withRSA" : "SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(toBeSigned);
            if (one.signature().isPresent()
                    && verifier.verify(
                            Base64.getDecoder().decode(one.signature().get()))) {
                return;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new PeException(
                    "the signature of policy " + one.policy() + " of profile " + profile.index() + " is damaged");
        }
        throw new PeException("the policy " + one.policy() + " of profile " + profile.index() + " is "
                + (one.signature().isPresent() ? "not signed by the key it names" : "not signed yet"));
    }

    private static Set<PcrBank> banks(PcrSignatures signatures) {
        Set<PcrBank> banks = new TreeSet<>();
        Arrays.stream(PcrBank.values())
                .filter(bank -> !signatures.of(bank).isEmpty())
                .forEach(banks::add);
        return banks;
    }

    private Map<PcrBank, Map<String, PhasePath>> known(UkiProfile profile, Set<PcrBank> banks) throws IOException {
        Map<PcrBank, Map<String, PhasePath>> known = new HashMap<>();
        for (UkiMeasurement measurement : UkiMeasurement.onEachMachine(profile, banks)) {
            for (PcrBank bank : banks) {
                for (PhasePath phase : phases) {
                    byte[] digest = PcrPolicy.digest(bank, measurement.pcr11(bank, phase));
                    known.computeIfAbsent(bank, any -> new HashMap<>())
                            .put(HexFormat.of().formatHex(digest), phase);
                }
            }
        }
        return known;
    }
}
