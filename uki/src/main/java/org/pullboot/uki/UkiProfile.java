package org.pullboot.uki;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One of the ways in which a unified kernel image can be booted (UAPI 5, "Multi-Profile UKIs"). An image without profiles has one.
 *
 * @param index by which it is chosen, as in {@code @1}; 0 is taken when nothing is said
 * @param sections what the stub finds when it boots this one: the profile's own, and of the others those that all share; in the
 *     order in which the stub measures them, several of one name as they come in the file; with .pcrsig
 */
public record UkiProfile(int index, List<UkiSection> sections) {
    /** More than these the stub does not look for. */
    static final int MOST = 256;

    /** Copies the list. */
    public UkiProfile {
        sections = List.copyOf(sections);
    }

    /** Its name for programs, the ID= of its .profile section; empty when it has none. */
    public Optional<String> id() throws IOException {
        return field("ID");
    }

    /** Its name for people, the TITLE= of its .profile section; empty when it has none. */
    public Optional<String> title() throws IOException {
        return field("TITLE");
    }

    /** The first section of this name. */
    public Optional<UkiSection> section(String name) {
        return sections.stream().filter(section -> section.name().equals(name)).findFirst();
    }

    private Optional<String> field(String key) throws IOException {
        Optional<UkiSection> profile = section(UkiSection.PROFILE);
        return profile.isEmpty() ? Optional.empty() : field(profile.get().text(), key);
    }

    /** The value of a line {@code KEY=value} or {@code KEY="value"}; of several the last. */
    static Optional<String> field(String text, String key) {
        Optional<String> found = Optional.empty();
        for (String line : text.lines().toList()) {
            if (line.startsWith(key + "=")) {
                String value = line.substring(key.length() + 1).strip();
                boolean quoted = value.length() >= 2
                        && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                        && value.charAt(value.length() - 1) == value.charAt(0);
                found = Optional.of(quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return found;
    }

    /**
     * Takes apart what stands in one file: before the first .profile section is what all share; each one begins what is a profile's
     * own and goes before what is shared.
     *
     * @param flat the sections in the order of the file; those that the specification does not know are left out
     * @throws PeException when there are too many profiles
     */
    static List<UkiProfile> split(List<UkiSection> flat) throws PeException {
        List<UkiSection> shared = new ArrayList<>();
        List<List<UkiSection>> own = new ArrayList<>();
        for (UkiSection section : flat) {
            if (section.name().equals(UkiSection.PROFILE)) {
                own.add(new ArrayList<>());
            }
            if (UkiSection.NAMES.contains(section.name())) {
                (own.isEmpty() ? shared : own.getLast()).add(section);
            }
        }
        if (own.size() > MOST) {
            throw new PeException(
                    "a unified kernel image has at most " + MOST + " profiles, but this one has " + own.size());
        }
        List<UkiProfile> profiles = new ArrayList<>();
        for (List<UkiSection> sections : own.isEmpty() ? List.of(List.<UkiSection>of()) : own) {
            profiles.add(new UkiProfile(profiles.size(), overlay(shared, sections)));
        }
        return profiles;
    }

    private static List<UkiSection> overlay(List<UkiSection> shared, List<UkiSection> own) {
        Set<String> replaced = own.stream().map(UkiSection::name).collect(Collectors.toSet());
        List<UkiSection> all = new ArrayList<>(own);
        for (UkiSection section : shared) {
            if (!replaced.contains(section.name())) {
                all.add(section);
            }
        }
        // Sorting is stable: several of one name stay as they are.
        all.sort(Comparator.comparingInt(section -> UkiSection.NAMES.indexOf(section.name())));
        return all;
    }
}
