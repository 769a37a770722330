package org.pullboot.uki;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.MinimalPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is in a .pcrsig section: signatures of the values that register 11 will have, so that a TPM gives out a secret to every
 * image of one signer.
 *
 * @param banks by the label of the bank, in the order in which they are written
 */
public record PcrSignatures(Map<String, List<PcrSignature>> banks) {
    /** None at all. */
    public static final PcrSignatures NONE = new PcrSignatures(Map.of());

    private static final int MAX_TEXT = 16 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Copies all. */
    public PcrSignatures {
        Map<String, List<PcrSignature>> copy = new LinkedHashMap<>();
        banks.forEach((bank, signatures) -> copy.put(bank, List.copyOf(signatures)));
        banks = Collections.unmodifiableMap(copy);
    }

    /**
     * Reads the JSON of a section, of a {@code .pcrsig} file or of {@code systemd-measure sign}.
     *
     * @throws PeException when it is not that
     */
    public static PcrSignatures parse(String text) throws PeException {
        if (text.length() > MAX_TEXT) {
            throw new PeException("PCR signatures have at most " + MAX_TEXT + " characters, not " + text.length());
        }
        JsonNode root;
        try {
            root = JSON.readTree(SectionReader.withoutTrailingNuls(text));
        } catch (JacksonException e) {
            throw new PeException("expected PCR signatures as JSON, but they are not: " + e.getOriginalMessage());
        }
        if (!root.isObject()) {
            throw new PeException("expected PCR signatures as a JSON object of banks, but it is no object");
        }
        Map<String, List<PcrSignature>> banks = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> bank : root.properties()) {
            if (!bank.getValue().isArray()) {
                throw new PeException("expected a list of PCR signatures for bank " + bank.getKey());
            }
            List<PcrSignature> signatures = new ArrayList<>();
            for (JsonNode signature : bank.getValue()) {
                signatures.add(signature(signature));
            }
            banks.put(bank.getKey(), signatures);
        }
        return new PcrSignatures(banks);
    }

    /** Those of a bank. */
    public List<PcrSignature> of(PcrBank bank) {
        return banks.getOrDefault(bank.label(), List.of());
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return banks.isEmpty();
    }

    /** Both, what is in both only once. */
    public PcrSignatures with(PcrSignatures others) {
        Map<String, List<PcrSignature>> all = new LinkedHashMap<>();
        banks.forEach((bank, signatures) -> all.put(bank, new ArrayList<>(signatures)));
        others.banks.forEach((bank, signatures) -> {
            List<PcrSignature> own = all.computeIfAbsent(bank, label -> new ArrayList<>());
            signatures.stream().filter(signature -> !own.contains(signature)).forEach(own::add);
        });
        return new PcrSignatures(all);
    }

    /** The same policies, with the signatures among these that are for them. */
    public PcrSignatures join(PcrSignatures signed) {
        Map<String, List<PcrSignature>> all = new LinkedHashMap<>();
        for (Map.Entry<String, List<PcrSignature>> bank : banks.entrySet()) {
            List<PcrSignature> policies = new ArrayList<>();
            for (PcrSignature policy : bank.getValue()) {
                policies.add(signed.banks.getOrDefault(bank.getKey(), List.of()).stream()
                        .filter(one -> one.signature().isPresent() && one.isFor(policy))
                        .reduce((first, last) -> last)
                        .map(one -> policy.withSignature(one.signature()))
                        .orElse(policy));
            }
            all.put(bank.getKey(), policies);
        }
        return new PcrSignatures(all);
    }

    /** As systemd-measure prints it: without blanks. */
    public String toJson() {
        return JSON.writeValueAsString(tree());
    }

    /** As ukify puts it into the section: a blank behind each comma and colon. */
    byte[] sectionContent() {
        return JSON.writer().with(new Blanks()).writeValueAsString(tree()).getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode tree() {
        ObjectNode root = JSON.createObjectNode();
        banks.forEach((bank, signatures) -> {
            ArrayNode list = root.putArray(bank);
            for (PcrSignature signature : signatures) {
                ObjectNode one = list.addObject();
                ArrayNode registers = one.putArray("pcrs");
                signature.registers().forEach(registers::add);
                signature.fingerprint().ifPresent(value -> one.put("pkfp", value));
                signature.reference().ifPresent(value -> one.put("ref", value));
                one.put("pol", signature.policy());
                signature.toBeSigned().ifPresent(value -> one.put("tbs", value));
                signature.signature().ifPresent(value -> one.put("sig", value));
            }
        });
        return root;
    }

    private static PcrSignature signature(JsonNode node) throws PeException {
        if (!node.isObject()
                || !node.path("pcrs").isArray()
                || text(node, "pol").isEmpty()) {
            throw new PeException("expected a PCR signature with \"pcrs\" and \"pol\", but one has not both");
        }
        List<Integer> registers = new ArrayList<>();
        for (JsonNode register : node.path("pcrs")) {
            if (!register.canConvertToExactIntegral() || !register.canConvertToInt()) {
                throw new PeException("expected the number of a register, but it is " + register);
            }
            registers.add(register.asInt());
        }
        return new PcrSignature(
                registers,
                text(node, "pkfp"),
                text(node, "ref"),
                text(node, "pol").orElseThrow(),
                text(node, "tbs"),
                text(node, "sig"));
    }

    private static Optional<String> text(JsonNode node, String name) throws PeException {
        JsonNode field = node.path(name);
        if (!field.isMissingNode() && !field.isString()) {
            throw new PeException("\"" + name + "\" of a PCR signature is a string, but it is " + field);
        }
        return field.isMissingNode() ? Optional.empty() : Optional.of(field.asString());
    }

    /** What Python's json module writes by default. */
    private static final class Blanks extends MinimalPrettyPrinter {
        private static final long serialVersionUID = 1L;

        @Override
        public void writeObjectNameValueSeparator(JsonGenerator out) {
            out.writeRaw(": ");
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator out) {
            out.writeRaw(", ");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator out) {
            out.writeRaw(", ");
        }
    }
}
