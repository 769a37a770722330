package org.pullboot.uki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A configuration file of ukify, ukify.conf(5): {@code [UKI]} says what goes into the image, each {@code [PCRSignature:NAME]} is a
 * key that signs PCR values. A line that is indented more than its key's continues the value; a {@code #} begins a comment at the
 * line's start or behind a blank.
 *
 * @param uki the keys of [UKI]
 * @param pcrSignatures the keys of each [PCRSignature:NAME], by NAME, in the order of the file
 */
public record UkifyConfig(Map<String, String> uki, Map<String, Map<String, String>> pcrSignatures) {
    private static final String UKI = "UKI";
    private static final String PCR_SIGNATURE = "PCRSignature:";
    private static final long MOST = 1 << 20;

    /** The words of ukify, which are not those of systemd. */
    private static final Set<String> YES = Set.of("1", "yes", "y", "true", "t", "on");

    private static final Set<String> NO = Set.of("0", "no", "n", "false", "f", "off");
    private static final List<Path> DIRECTORIES = List.of(
            Path.of("/etc/systemd"),
            Path.of("/run/systemd"),
            Path.of("/usr/local/lib/systemd"),
            Path.of("/usr/lib/systemd"));

    private static final Set<String> UKI_KEYS = Set.of(
            "Linux",
            "OSRelease",
            "Cmdline",
            "Initrd",
            "Firmware",
            "Microcode",
            "Splash",
            "DeviceTree",
            "DeviceTreeAuto",
            "HWIDs",
            "Uname",
            "SBAT",
            "PCRPKey",
            "Profile",
            "PCRSig",
            "EFIArch",
            "Stub",
            "PCRBanks",
            "SigningEngine",
            "SigningProvider",
            "CertificateProvider",
            "SecureBootSigningTool",
            "SecureBootPrivateKey",
            "SecureBootCertificate",
            "SecureBootCertificateCommonName",
            "SecureBootCertificateDir",
            "SecureBootCertificateName",
            "SecureBootCertificateValidity",
            "SignKernel",
            "SignInitrdPCRs");

    private static final Set<String> PCR_SIGNATURE_KEYS =
            Set.of("PCRPrivateKey", "PCRPublicKey", "PCRCertificate", "Phases", "PolicyRef");

    /** Copies the maps. */
    public UkifyConfig {
        uki = Map.copyOf(uki);
        pcrSignatures = new LinkedHashMap<>(pcrSignatures);
    }

    /** A file that says nothing. */
    public static UkifyConfig none() {
        return new UkifyConfig(Map.of(), Map.of());
    }

    /** The file ukify takes when none is named: the first ukify.conf below /etc, /run and /usr. */
    public static Optional<Path> find() {
        return DIRECTORIES.stream()
                .map(directory -> directory.resolve("ukify.conf"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * Reads a file.
     *
     * @throws PeException when a line has no meaning, or a key is none of ukify's; the message names the line
     * @throws IOException when it cannot be read
     */
    public static UkifyConfig read(Path file) throws IOException {
        if (Files.size(file) > MOST) {
            throw new PeException(
                    file + " has " + Files.size(file) + " bytes, which is too much for a configuration file");
        }
        return parse(file, Files.readAllBytes(file));
    }

    /** The file is named by errors; it is not read. */
    static UkifyConfig parse(Path file, byte[] content) throws PeException {
        return new Parser(file).parse(new String(content, StandardCharsets.UTF_8));
    }

    /** A key of [UKI]. */
    public Optional<String> value(String key) {
        return Optional.ofNullable(uki.get(key));
    }

    /**
     * A key of [UKI] whose value is yes or no.
     *
     * @throws PeException when it is neither
     */
    public Optional<Boolean> flag(String key) throws PeException {
        Optional<String> value = value(key).map(text -> text.toLowerCase(Locale.ROOT));
        if (value.isPresent() && !YES.contains(value.get()) && !NO.contains(value.get())) {
            throw new PeException(key + "= in the configuration file is yes or no, not '" + value.get() + "'");
        }
        return value.map(YES::contains);
    }

    /** A key of [UKI] whose value is a list of words. */
    public List<String> words(String key) {
        String value = uki.getOrDefault(key, "").strip();
        return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
    }

    /** Reads line by line, as Python's configparser does with the settings of ukify. */
    private static final class Parser {
        private final Path file;
        private final Map<String, String> uki = new LinkedHashMap<>();
        private final Map<String, Map<String, String>> signatures = new LinkedHashMap<>();
        private Optional<Map<String, String>> section = Optional.empty();
        private Set<String> keys = Set.of();
        private String key = "";
        private int indent;

        private Parser(Path file) {
            this.file = file;
        }

        private UkifyConfig parse(String text) throws PeException {
            List<String> lines = new ArrayList<>(text.lines().toList());
            for (int i = 0; i < lines.size(); i++) {
                String value = withoutComment(lines.get(i)).strip();
                if (value.isEmpty()) {
                    indent = Integer.MAX_VALUE;
                } else {
                    line(i + 1, indentOf(lines.get(i)), value);
                }
            }
            return new UkifyConfig(uki, signatures);
        }

        private void line(int number, int lineIndent, String value) throws PeException {
            if (!key.isEmpty() && section.isPresent() && lineIndent > indent) {
                section.get().merge(key, value, (before, more) -> before + "\n" + more);
                return;
            }
            indent = lineIndent;
            if (value.startsWith("[") && value.lastIndexOf(']') > 1) {
                begin(number, value.substring(1, value.lastIndexOf(']')));
                return;
            }
            int equals = value.indexOf('=');
            if (section.isEmpty() || equals < 0) {
                throw new PeException(file + ", line " + number + ": expected "
                        + (section.isEmpty() ? "[UKI]" : "KEY=VALUE") + ", but it is '" + value + "'");
            }
            key = value.substring(0, equals).strip();
            if (!keys.contains(key)) {
                throw new PeException(file + ", line " + number + ": '" + key + "' is no key of ukify");
            }
            section.get().put(key, value.substring(equals + 1).strip());
        }

        private void begin(int number, String name) throws PeException {
            key = "";
            if (name.equals(UKI)) {
                section = Optional.of(uki);
                keys = UKI_KEYS;
                return;
            }
            String group = name.startsWith(PCR_SIGNATURE) ? name.substring(PCR_SIGNATURE.length()) : "";
            if (group.isEmpty() || group.contains(":")) {
                throw new PeException(file + ", line " + number + ": expected [UKI] or [PCRSignature:NAME], but it is ["
                        + name + "]");
            }
            section = Optional.of(signatures.computeIfAbsent(group, none -> new LinkedHashMap<>()));
            keys = PCR_SIGNATURE_KEYS;
        }

        private static String withoutComment(String line) {
            for (int at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
                if (at == 0 || Character.isWhitespace(line.charAt(at - 1))) {
                    return line.substring(0, at);
                }
            }
            return line;
        }

        private static int indentOf(String line) {
            int at = 0;
            while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
                at++;
            }
            return at;
        }
    }
}
