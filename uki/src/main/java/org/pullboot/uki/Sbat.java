package org.pullboot.uki;

import java.util.ArrayList;
import java.util.List;

/** Secure Boot Advanced Targeting: the CSV lines by which shim revokes old programs (shim's SBAT.md). */
final class Sbat {
    private static final String HEADER = "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md";
    private static final String UKI =
            "uki,1,UKI,uki,1,https://uapi-group.org/specifications/specs/unified_kernel_image/";

    private Sbat() {}

    /**
     * One list of what the parts have and what is added, under one header line.
     *
     * @param parts the .sbat sections of stub and kernel, as far as they have one
     * @param added CSV with a header line; when empty, the line that says that this is a UKI
     */
    static String merge(List<String> parts, List<String> added) throws PeException {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        for (String part : parts) {
            if (part.startsWith("sbat,")) {
                lines.addAll(part.lines().skip(1).toList());
            }
        }
        for (String one : added) {
            if (!one.startsWith("sbat,")) {
                throw new PeException("SBAT lines begin with a header line 'sbat,1,…', but these begin with '"
                        + one.lines().findFirst().orElse("") + "'");
            }
            lines.addAll(one.lines().skip(1).toList());
        }
        if (added.isEmpty()) {
            lines.add(UKI);
        }
        return String.join("\n", lines) + "\n";
    }
}
