package org.pullboot.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pullboot.uki.KeyException;
import org.pullboot.uki.KeyFiles;
import org.pullboot.uki.PcrBank;
import org.pullboot.uki.PcrPolicySigner;
import org.pullboot.uki.PeException;
import org.pullboot.uki.PhasePath;
import org.pullboot.uki.PolicyGroup;
import org.pullboot.uki.SectionContent;
import org.pullboot.uki.SigningKey;
import org.pullboot.uki.UkifyConfig;
import picocli.CommandLine.Option;

/** Who signs which PCR policies; options are named as ukify's, and those that repeat belong together in their order. */
final class PcrPolicyOptions {
    @Option(
            names = "--pcr-private-key",
            paramLabel = "FILE",
            description = "A key that signs what register 11 will hold: PEM, or PKCS #12; may be repeated.")
    private List<Path> privateKeys = List.of();

    @Option(
            names = {"--pcr-public-key", "--pcr-certificate"},
            paramLabel = "FILE",
            description = "Its public key in PEM, or its certificate; may be repeated.")
    private List<Path> publicKeys = List.of();

    @Option(
            names = "--phases",
            paramLabel = "PATH,…",
            description =
                    "At which phases of the boot a secret can be had, such as enter-initrd:leave-initrd; once for each key"
                            + " (default: those of a regular boot).")
    private List<String> phases = List.of();

    @Option(
            names = "--policyref",
            paramLabel = "TEXT",
            description = "What secrets must name beside the key; once for each key.")
    private List<String> references = List.of();

    @Option(
            names = "--pcr-banks",
            paramLabel = "BANK",
            split = ",",
            description = "sha1, sha256, sha384, sha512, with commas between them (default: all).")
    private List<PcrBank> banks = List.of();

    @Option(
            names = "--sign-initrd-pcrs",
            negatable = true,
            description = "Sign for the initrd alone as well, with the first key and the policy reference 'initrd'.")
    private boolean initrd;

    private boolean offline;

    private final Map<Path, SigningKey> read = new HashMap<>();

    /** Whether anything is to be signed, now or later. */
    boolean isGiven() {
        return offline || !privateKeys.isEmpty();
    }

    /** Whether only what is to be signed is made, see {@link PolicyDigestOption}. */
    void leaveToAnother(boolean digestsOnly) {
        offline = digestsOnly;
    }

    boolean isOffline() {
        return offline;
    }

    /**
     * Why these do not go together, as half a sentence; empty when they do.
     *
     * @param measured whether phases are asked for to be printed, which needs no key
     */
    Optional<String> complaint(boolean measured) {
        if (offline && !privateKeys.isEmpty()) {
            return Optional.of("--policy-digest leaves the signing to another, so it takes no --pcr-private-key");
        } else if (!isGiven()
                && !(publicKeys.isEmpty() && (phases.isEmpty() || measured) && references.isEmpty() && !initrd)) {
            return Optional.of(
                    "options that say how PCR policies are signed need --pcr-private-key or --policy-digest");
        } else if (isGiven() && !offline && (isUneven(phases) || isUneven(references))) {
            return Optional.of(
                    "--phases and --policyref are given once for each --pcr-private-key," + " or not at all");
        }
        return Optional.empty();
    }

    /**
     * Takes what the options do not say from a configuration file.
     *
     * @throws PeException when a value there is none
     */
    void configure(UkifyConfig config) throws PeException {
        if (banks.isEmpty()) {
            banks = Arrays.stream(config.value("PCRBanks").orElse("").split("[\\s,]+"))
                    .flatMap(label -> PcrBank.ofLabel(label).stream())
                    .toList();
        }
        List<Map<String, String>> groups = config.pcrSignatures().values().stream()
                .filter(group -> group.containsKey("PCRPrivateKey"))
                .toList();
        if (isGiven() || groups.isEmpty()) {
            return;
        }
        initrd |= config.flag("SignInitrdPCRs").orElse(false);
        privateKeys = groups.stream()
                .map(group -> Path.of(group.getOrDefault("PCRPrivateKey", "")))
                .toList();
        publicKeys = groups.stream()
                .flatMap(group -> Stream.of("PCRPublicKey", "PCRCertificate")
                        .filter(group::containsKey)
                        .limit(1)
                        .map(key -> Path.of(group.getOrDefault(key, ""))))
                .toList();
        phases = groups.stream()
                .map(group -> String.join(
                        ",", group.getOrDefault("Phases", "").strip().split("[\\s,]+")))
                .toList();
        references = groups.stream()
                .map(group -> group.getOrDefault("PolicyRef", ""))
                .toList();
    }

    /** The public key for the image, in PEM, when there is just one; byte for byte if it is in a file. */
    Optional<SectionContent> publicKeySection(KeyFiles.Passphrase passphrase) throws IOException {
        if (publicKeys.size() == 1) {
            Path file = publicKeys.getFirst();
            String pem = KeyFiles.pem(KeyFiles.publicKey(file));
            boolean alone = Files.readString(file, StandardCharsets.ISO_8859_1).contains("-----BEGIN PUBLIC KEY-----");
            return Optional.of(alone ? SectionContent.of(file) : SectionContent.of(pem));
        } else if (publicKeys.isEmpty() && privateKeys.size() == 1) {
            SigningKey key = privateKey(privateKeys.getFirst(), passphrase);
            return Optional.of(SectionContent.of(KeyFiles.pem(key.publicKey())));
        }
        return Optional.empty();
    }

    /** What is asked for of all keys, or else those of a regular boot; in the order of systemd-measure. */
    List<PhasePath> allPhases() {
        List<PhasePath> all = phases.stream().flatMap(PcrPolicyOptions::paths).toList();
        return all.isEmpty() ? PhasePath.REGULAR : PhasePath.sorted(all);
    }

    PcrPolicySigner signer(KeyFiles.Passphrase passphrase) throws IOException {
        List<PolicyGroup> groups = new ArrayList<>();
        if (offline) {
            List<PhasePath> all =
                    phases.stream().flatMap(PcrPolicyOptions::paths).toList();
            Optional<PublicKey> key =
                    publicKeys.isEmpty() ? Optional.empty() : Optional.of(KeyFiles.publicKey(publicKeys.getFirst()));
            groups.add(PolicyGroup.offline(key, all, references.stream().findFirst()));
        }
        for (int i = 0; i < privateKeys.size(); i++) {
            SigningKey key = privateKey(privateKeys.get(i), passphrase);
            if (publicKeys.size() == privateKeys.size()
                    && !KeyFiles.publicKey(publicKeys.get(i)).equals(key.publicKey())) {
                throw new KeyException(publicKeys.get(i) + " is not the public key of " + privateKeys.get(i)
                        + ": give those that belong together, in the same order");
            }
            List<PhasePath> paths =
                    phases.isEmpty() ? List.of() : paths(phases.get(i)).toList();
            Optional<String> reference = references.isEmpty()
                    ? Optional.empty()
                    : Optional.of(references.get(i)).filter(text -> !text.isEmpty());
            groups.add(PolicyGroup.signing(key, paths, reference));
        }
        if (initrd) {
            groups.add(groups.getFirst().forInitrd());
        }
        return new PcrPolicySigner(groups, banks());
    }

    /** Read once, so that nobody is asked for a passphrase twice. */
    private SigningKey privateKey(Path file, KeyFiles.Passphrase passphrase) throws IOException {
        SigningKey known = read.get(file);
        if (known != null) {
            return known;
        }
        SigningKey key = new KeyFiles(passphrase).privateKey(file);
        read.put(file, key);
        return key;
    }

    Set<PcrBank> banks() {
        return banks.isEmpty() ? PcrBank.all() : EnumSet.copyOf(banks);
    }

    private boolean isUneven(List<?> values) {
        return !values.isEmpty() && values.size() != privateKeys.size();
    }

    /** None for an empty text, which are those of a regular boot. */
    private static Stream<PhasePath> paths(String text) {
        return text.isEmpty() ? Stream.empty() : Arrays.stream(text.split(",")).map(PhasePath::of);
    }
}
