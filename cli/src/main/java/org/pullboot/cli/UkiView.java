package org.pullboot.cli;

import java.io.PrintWriter;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import org.pullboot.uki.AuthenticodeSignature;
import org.pullboot.uki.PcrSignature;
import org.pullboot.uki.PcrSignatures;
import org.pullboot.uki.PeException;
import org.pullboot.uki.UkiInspection;
import org.pullboot.uki.UkiInspection.Section;
import org.pullboot.uki.UkiSelection;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A UKI as {@code ukify inspect} shows it, and behind that what ukify does not show: who signed it, if somebody did.
 *
 * @param signatures for Secure Boot; nothing about them is verified
 */
record UkiView(UkiInspection inspection, UkiSelection selection, List<AuthenticodeSignature> signatures) {
    private static final String PCR_SIGNATURES = ".pcrsig";

    /** Text as ukify prints it. */
    void print(PrintWriter out) {
        for (Section section : shown()) {
            out.println(section.name() + ":");
            out.println("  size: " + section.size() + " bytes");
            out.println("  sha256: " + section.sha256());
            section.text().ifPresent(text -> {
                out.println("  text:");
                out.println(indent(text.stripTrailing()));
            });
            if (section.name().equals(PCR_SIGNATURES)) {
                printPolicies(out, section.text().orElse(""));
            }
        }
        for (AuthenticodeSignature signature : signatures) {
            X509Certificate signer = signature.signer();
            out.println("signature:");
            out.println("  signer: " + signer.getSubjectX500Principal().getName());
            out.println("  issuer: " + signer.getIssuerX500Principal().getName());
            out.println("  serial: " + signer.getSerialNumber().toString(16));
            out.println("  valid: " + signer.getNotBefore().toInstant() + " to "
                    + signer.getNotAfter().toInstant());
            out.println("  digest: " + signature.algorithm().label());
            signature.time().ifPresent(time -> out.println("  signed: " + time));
        }
    }

    private static void printPolicies(PrintWriter out, String text) {
        PcrSignatures policies;
        try {
            policies = PcrSignatures.parse(text);
        } catch (PeException e) {
            out.println("  policies: " + e.getMessage());
            return;
        }
        out.println("  policies:");
        policies.banks().forEach((bank, all) -> {
            for (PcrSignature one : all) {
                out.println("    " + bank + ": PCR "
                        + one.registers().stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + ", policy " + one.policy()
                        + one.fingerprint().map(key -> ", key " + key).orElse("")
                        + one.reference()
                                .map(reference -> ", reference " + reference)
                                .orElse("")
                        + (one.signature().isPresent() ? "" : ", not signed yet"));
            }
        });
    }

    /**
     * By section, {@code size}, {@code sha256} and {@code text}. What belongs to a profile is in the list {@code _profiles}, whose name
     * no section can have; of .dtbauto and .efifw there may be several, so they are lists, as is any other that comes twice. Signatures
     * are in the list {@code _signatures}, if there are any.
     */
    ObjectNode json() {
        ObjectNode base = Json.object();
        ArrayNode profiles = base.arrayNode();
        ObjectNode current = base;
        for (Section section : inspection.sections()) {
            if (section.beginsProfile()) {
                current = profiles.addObject();
            }
            if (selection.shows(section.name()) || section.beginsProfile()) {
                add(current, section);
            }
        }
        if (!profiles.isEmpty()) {
            base.set("_profiles", profiles);
        }
        if (!signatures.isEmpty()) {
            ArrayNode list = base.putArray("_signatures");
            signatures.forEach(signature -> list.add(json(signature)));
        }
        return base;
    }

    private static ObjectNode json(AuthenticodeSignature signature) {
        X509Certificate signer = signature.signer();
        ObjectNode one = Json.object()
                .put("signer", signer.getSubjectX500Principal().getName())
                .put("issuer", signer.getIssuerX500Principal().getName())
                .put("serial", signer.getSerialNumber().toString(16))
                .put("notBefore", signer.getNotBefore().toInstant().toString())
                .put("notAfter", signer.getNotAfter().toInstant().toString())
                .put("digest", signature.algorithm().label());
        signature.time().ifPresent(time -> one.put("signed", time.toString()));
        return one;
    }

    private List<Section> shown() {
        return inspection.sections().stream()
                .filter(section -> selection.shows(section.name()))
                .toList();
    }

    private static void add(ObjectNode profile, Section section) {
        ObjectNode one = Json.object().put("size", section.size()).put("sha256", section.sha256());
        section.text().ifPresent(text -> one.put("text", text));
        JsonNode before = profile.get(section.name());
        if (before instanceof ArrayNode list) {
            list.add(one);
        } else if (section.isRepeatable() || before != null) {
            ArrayNode list = profile.putArray(section.name());
            if (before != null) {
                list.add(before);
            }
            list.add(one);
        } else {
            profile.set(section.name(), one);
        }
    }

    /** Lines of blanks alone stay as they are. */
    private static String indent(String text) {
        StringBuilder out = new StringBuilder();
        for (String line : text.split("(?<=\\n)", -1)) {
            out.append(line.isBlank() ? "" : "    ").append(line);
        }
        return out.toString();
    }
}
