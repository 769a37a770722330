package org.pullboot.uki;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A PE file that brings a profile: .profile and what the profile has of its own. Made by building with a profile and no others. */
final class ProfileImage {
    /** What ukify takes over; the rest would be of a stub or of the image's maker. */
    private static final Set<String> TAKEN = Set.of(
            ".linux",
            ".osrel",
            ".cmdline",
            ".initrd",
            ".efifw",
            ".ucode",
            ".splash",
            ".dtb",
            ".uname",
            ".sbat",
            UkiSection.PROFILE);

    private ProfileImage() {}

    /**
     * Reads the sections to take over.
     *
     * @param withOsRelease whether .osrel is one of them
     * @throws PeException when the file brings no profile, or several
     * @throws IOException when it cannot be read
     */
    static List<UkiSection> read(Path file, boolean withOsRelease) throws IOException {
        List<UkiSection> sections = new ArrayList<>();
        for (PeSection section : PeFile.read(file).sections()) {
            if (TAKEN.contains(section.name())
                    && (withOsRelease || !section.name().equals(".osrel"))) {
                sections.add(new UkiSection(
                        section.name(), SectionContent.of(file, section.rawOffset(), section.contentSize())));
            }
        }
        List<String> names = sections.stream().map(UkiSection::name).toList();
        if (names.isEmpty() || !names.getFirst().equals(UkiSection.PROFILE)) {
            throw new PeException(file + " should bring a profile, so that .profile is its first section, but it has "
                    + (names.isEmpty() ? "none that counts" : names.getFirst() + " first")
                    + ": make it with 'uki build --profile'");
        }
        if (names.lastIndexOf(UkiSection.PROFILE) > 0) {
            throw new PeException(file + " should bring one profile, but has several");
        }
        return sections;
    }
}
