package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A section of a unified kernel image by the UKI specification (UAPI 5, "UKI Components").
 *
 * @param name as in the file, with its dot
 * @param content exactly what the stub finds in memory and measures: VirtualSize bytes
 */
public record UkiSection(String name, SectionContent content) {
    /** Those the specification knows, in the order in which the stub measures them; .pcrsig it does not measure. */
    public static final List<String> NAMES = List.of(
            ".linux",
            ".osrel",
            ".cmdline",
            ".initrd",
            ".ucode",
            ".splash",
            ".dtb",
            ".uname",
            ".sbat",
            ".pcrsig",
            ".pcrpkey",
            ".profile",
            ".dtbauto",
            ".hwids",
            ".efifw");

    /** Those of which a profile may have several: one for each kind of machine, of which the stub takes one. */
    static final List<String> REPEATABLE = List.of(".dtbauto", ".efifw");

    static final String PROFILE = ".profile";

    /** How many bytes it has. */
    public long size() {
        return content.size();
    }

    /**
     * Its content as text, without NULs at its end.
     *
     * @throws PeException when it is longer than 1 MiB or no UTF-8
     * @throws IOException when it cannot be read
     */
    public String text() throws IOException {
        if (size() > SectionReader.MAX_TEXT) {
            throw new PeException("section " + name + " should be a text, but has " + size() + " bytes");
        }
        try {
            byte[] bytes = content.head(SectionReader.MAX_TEXT);
            return SectionReader.withoutTrailingNuls(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new PeException("section " + name + " should be a text, but is not in UTF-8");
        }
    }

    boolean isRepeatable() {
        return REPEATABLE.contains(name);
    }
}
