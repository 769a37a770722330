package org.pullboot.uki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Secure Boot Advanced Targeting: the CSV lines by which shim revokes old programs (shim's SBAT.md). */
final class Sbat {
    private static final String NAME = ".sbat";
    private static final String HEADER = "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md";
    private static final String UKI =
            "uki,1,UKI,uki,1,https://uapi-group.org/specifications/specs/unified_kernel_image/";
    private static final String ADDON =
            "uki-addon,1,UKI Addon,addon,1,https://www.freedesktop.org/software/systemd/man/latest/systemd-stub.html";

    private Sbat() {}

    /** For a UKI: what its parts have and what is added, else the line that says that it is a UKI. */
    static String ofUki(List<String> parts, List<String> added) throws PeException {
        return merge(parts, added, UKI);
    }

    /** For an addon: what is added, else the line that says that it is an addon. */
    static String ofAddon(List<String> added) throws PeException {
        return merge(List.of(), added, ADDON);
    }

    /** The lists that a program carries. */
    static List<String> of(Path file, PeFile pe) throws IOException {
        List<String> lists = new ArrayList<>();
        for (PeSection section : pe.sections()) {
            if (section.name().equals(NAME)) {
                if (section.rawSize() > SectionReader.MAX_TEXT) {
                    throw new PeException(
                            file + ": section .sbat should be a text, but has " + section.rawSize() + " bytes");
                }
                byte[] bytes = SectionContent.of(file, section.rawOffset(), section.rawSize())
                        .head(SectionReader.MAX_TEXT);
                lists.add(SectionReader.withoutTrailingNuls(new String(bytes, StandardCharsets.UTF_8)));
            }
        }
        return lists;
    }

    private static String merge(List<String> parts, List<String> added, String otherwise) throws PeException {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        for (String part : parts) {
            if (part.startsWith("sbat,")) {
                lines.addAll(withoutHeader(part));
            }
        }
        for (String one : added) {
            if (!one.startsWith("sbat,")) {
                throw new PeException("SBAT lines begin with a header line 'sbat,1,…', but these begin with '"
                        + one.lines().findFirst().orElse("") + "'");
            }
            lines.addAll(withoutHeader(one));
        }
        if (added.isEmpty()) {
            lines.add(otherwise);
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> withoutHeader(String text) {
        // Not lines(): ukify also ends lines at form feeds and the like.
        List<String> lines = Arrays.asList(text.split("\\R", -1));
        boolean ended = lines.getLast().isEmpty();
        return lines.subList(1, ended ? Math.max(1, lines.size() - 1) : lines.size());
    }
}
