package org.pullboot.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pullboot.uefi.Bytes;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.EfiTime;
import org.pullboot.uefi.EfiVariable;
import org.pullboot.uefi.UefiException;
import org.pullboot.uefi.VariableChange;
import org.pullboot.uefi.Variables;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.core.util.Separators.Spacing;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A variable store as JSON: the form that virt-firmware, python-uefivars and QEMU's uefi-vars device share. What it holds beside
 * the variables' values, such as digests of signers, stays as it is. Not thread-safe.
 */
final class JsonVariables implements Variables {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int VERSION = 2;

    private final ObjectNode root;
    private final ArrayNode entries;

    private JsonVariables(ObjectNode root, ArrayNode entries) {
        this.root = root;
        this.entries = entries;
    }

    /**
     * Reads a store; no bytes at all are an empty one, as for QEMU.
     *
     * @throws UefiException when it is no such JSON
     */
    static JsonVariables parse(byte[] content) throws UefiException {
        if (content.length == 0) {
            ObjectNode root = MAPPER.createObjectNode().put("version", VERSION);
            return new JsonVariables(root, root.putArray("variables"));
        }
        try {
            if (MAPPER.readTree(content) instanceof ObjectNode root
                    && root.path("version").asInt(VERSION) == VERSION
                    && root.get("variables") instanceof ArrayNode entries) {
                JsonVariables variables = new JsonVariables(root, entries);
                variables.all();
                return variables;
            }
        } catch (JacksonException e) {
            throw new UefiException("a JSON variable store is JSON, but this is not: " + e.getOriginalMessage());
        }
        throw new UefiException("a JSON variable store is an object with version 2 and an array of variables");
    }

    @Override
    public Optional<EfiVariable> find(EfiGuid vendor, String name) throws UefiException {
        for (JsonNode entry : entries) {
            EfiVariable variable = variable(entry);
            if (variable.is(vendor, name)) {
                return Optional.of(variable);
            }
        }
        return Optional.empty();
    }

    @Override
    public List<EfiVariable> all() throws UefiException {
        List<EfiVariable> variables = new ArrayList<>();
        for (JsonNode entry : entries) {
            variables.add(variable(entry));
        }
        return variables;
    }

    void apply(List<VariableChange> changes) throws UefiException {
        for (VariableChange change : changes) {
            switch (change) {
                case VariableChange.Write write -> set(write.variable());
                case VariableChange.Enrol enrol -> setTime(set(enrol.variable()), enrol.time());
                case VariableChange.Delete delete -> {
                    int index = indexOf(delete.vendor(), delete.name());
                    if (index >= 0) {
                        entries.remove(index);
                    }
                }
            }
        }
    }

    /** As virt-fw-vars writes it: indented by four, no line end behind it. */
    byte[] toBytes() {
        DefaultIndenter indenter = new DefaultIndenter("    ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                        .withObjectNameValueSpacing(Spacing.AFTER)
                        .withArrayEmptySeparator("")
                        .withObjectEmptySeparator(""))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        return MAPPER.writer().with(printer).writeValueAsBytes(root);
    }

    private ObjectNode set(EfiVariable variable) throws UefiException {
        int index = indexOf(variable.vendor(), variable.name());
        ObjectNode entry = index >= 0 ? (ObjectNode) entries.get(index) : entries.addObject();
        return entry.put("name", variable.name())
                .put("guid", variable.vendor().toString())
                .put("attr", variable.attributes())
                .put("data", variable.data().hex());
    }

    private static void setTime(ObjectNode entry, EfiTime time) throws UefiException {
        EfiTime old = entry.has("time") ? time(entry) : EfiTime.NONE;
        if (old.compareTo(time) < 0) {
            entry.put("time", time.bytes().hex());
        }
    }

    private int indexOf(EfiGuid vendor, String name) throws UefiException {
        for (int i = 0; i < entries.size(); i++) {
            if (variable(entries.get(i)).is(vendor, name)) {
                return i;
            }
        }
        return -1;
    }

    private static EfiTime time(JsonNode entry) throws UefiException {
        try {
            return new EfiTime(Bytes.ofHex(entry.path("time").asString("")));
        } catch (IllegalArgumentException e) {
            throw malformed(entry);
        }
    }

    private static EfiVariable variable(JsonNode entry) throws UefiException {
        JsonNode attributes = entry.path("attr");
        if (!(entry instanceof ObjectNode)
                || !attributes.isInt()
                || !entry.path("data").isString()) {
            throw malformed(entry);
        }
        if (entry.has("time")) {
            time(entry);
        }
        try {
            return new EfiVariable(
                    EfiGuid.parse(entry.path("guid").asString("")),
                    entry.path("name").asString(""),
                    attributes.intValue(),
                    Bytes.ofHex(entry.path("data").stringValue()));
        } catch (IllegalArgumentException e) {
            throw malformed(entry);
        }
    }

    private static UefiException malformed(JsonNode entry) {
        String text = entry.toString();
        return new UefiException(
                "a variable of a JSON store has name, guid, attr, data in hexadecimal digits and perhaps a "
                        + "time of 16 bytes, but one is " + text.substring(0, Math.min(text.length(), 80)));
    }

    /** Whether a file of this name and content is one; the content alone decides unless there is none. */
    static boolean matches(String name, byte[] content) {
        if (content.length == 0) {
            return name.endsWith(".json");
        }
        int at = 0;
        while (at < content.length && Character.isWhitespace(content[at])) {
            at++;
        }
        return at < content.length && content[at] == '{';
    }
}
