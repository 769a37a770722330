package org.pullboot.cli;

import java.io.PrintWriter;
import java.util.List;
import org.pullboot.uki.UkiInspection;
import org.pullboot.uki.UkiInspection.Section;
import org.pullboot.uki.UkiSelection;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A UKI as {@code ukify inspect} shows it. */
record UkiView(UkiInspection inspection, UkiSelection selection) {
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
        }
    }

    /**
     * By section, {@code size}, {@code sha256} and {@code text}. What belongs to a profile is in the list {@code _profiles}, whose name
     * no section can have; of .dtbauto and .efifw there may be several, so they are lists, as is any other that comes twice.
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
        return base;
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
