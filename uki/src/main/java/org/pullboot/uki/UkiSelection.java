package org.pullboot.uki;

import java.util.Map;
import java.util.Set;

/**
 * Which sections of a PE file are looked at.
 *
 * @param all whether it is all of them, else those that {@code named} has, else those of a UKI
 * @param named whether to show a section as text, by its name
 */
public record UkiSelection(boolean all, Map<String, Boolean> named) {
    /** Those a UKI is made of, and whether they are texts; .sbom no specification has yet, but images do. */
    private static final Set<String> TEXTS =
            Set.of(".cmdline", ".osrel", ".uname", ".pcrpkey", ".pcrsig", ".sbat", ".profile");

    private static final String SBOM = ".sbom";

    /** Copies the map. */
    public UkiSelection {
        named = Map.copyOf(named);
    }

    /** Those of a UKI. */
    public static UkiSelection ofUki() {
        return new UkiSelection(false, Map.of());
    }

    /** All, also those of the program that carries them. */
    public static UkiSelection everything() {
        return new UkiSelection(true, Map.of());
    }

    /** Whether the section is looked at. A profile's begin always is, for without it nothing tells what the others belong to. */
    public boolean takes(String name) {
        return all || named.containsKey(name) || name.equals(UkiSection.PROFILE) || (named.isEmpty() && isOfUki(name));
    }

    /** Whether the section was asked for: it is taken, and not only for what it tells of others. */
    public boolean shows(String name) {
        return all || named.containsKey(name) || (named.isEmpty() && isOfUki(name));
    }

    boolean isText(String name) {
        return named.getOrDefault(name, TEXTS.contains(name));
    }

    private static boolean isOfUki(String name) {
        return UkiSection.NAMES.contains(name) || name.equals(SBOM);
    }
}
