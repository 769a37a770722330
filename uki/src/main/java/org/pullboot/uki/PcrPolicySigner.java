package org.pullboot.uki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the .pcrsig section of each profile, as ukify does: for each machine that one of its .dtbauto sections fits, and for
 * each group. ukify knows nothing of .efifw; here each of them is signed for as well, beside machines that have that firmware
 * already.
 *
 * @param groups who signs what
 * @param banks in which a machine may keep its registers
 */
public record PcrPolicySigner(List<PolicyGroup> groups, Set<PcrBank> banks) implements PcrSigner {
    /** Room for a signature that is joined later; ukify leaves as much. */
    private static final int ROOM = 1024;

    /** Copies both. */
    public PcrPolicySigner {
        groups = List.copyOf(groups);
        banks = Set.copyOf(banks);
    }

    /** The public key that all groups sign with, in PEM; empty when they sign with several or do not know it. */
    public Optional<String> publicKey() {
        Set<Optional<PublicKey>> keys =
                groups.stream().map(PolicyGroup::publicKey).collect(Collectors.toSet());
        return keys.size() == 1 ? keys.iterator().next().map(KeyFiles::pem) : Optional.empty();
    }

    /** What decides the signatures beside what is measured, without anything secret: for a cache of what was signed. */
    public String identity() {
        return groups.stream()
                        .map(group -> group.publicKey().map(PolicyGroup::fingerprint) + " " + group.phases() + " "
                                + group.reference())
                        .collect(Collectors.joining("; "))
                + "; " + banks.stream().sorted().map(PcrBank::label).toList();
    }

    @Override
    public Optional<String> sign(UkiProfile profile) throws IOException {
        PcrSignatures all = signatures(profile);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        String text = new String(all.sectionContent(), StandardCharsets.UTF_8);
        long waiting = all.banks().values().stream()
                .flatMap(List::stream)
                .filter(one -> one.signature().isEmpty())
                .count();
        return Optional.of(text + " ".repeat(Math.toIntExact(ROOM * waiting)));
    }

    /**
     * What {@link #sign} puts into the section.
     *
     * @throws IOException when a section cannot be read, or a key does not sign
     */
    public PcrSignatures signatures(UkiProfile profile) throws IOException {
        PcrSignatures all = PcrSignatures.NONE;
        for (UkiMeasurement measurement : UkiMeasurement.onEachMachine(profile, banks)) {
            for (PolicyGroup group : groups) {
                all = all.with(group.sign(measurement, banks));
            }
        }
        return all;
    }
}
