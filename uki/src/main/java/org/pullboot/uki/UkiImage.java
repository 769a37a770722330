package org.pullboot.uki;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A unified kernel image in a file, as its stub sees it.
 *
 * @param file where it is; it must stay as it is while sections are read
 * @param pe its headers
 * @param profiles at least one, in the order of their indices
 */
public record UkiImage(Path file, PeFile pe, List<UkiProfile> profiles) {
    /** Copies the list. */
    public UkiImage {
        profiles = List.copyOf(profiles);
    }

    /**
     * Reads the headers; the sections are read when they are asked for.
     *
     * @throws PeException when it is no PE image, is cut off, or its sections are not as the specification wants them
     * @throws IOException when it cannot be read
     */
    public static UkiImage read(Path file) throws IOException {
        PeFile pe = PeFile.read(file);
        List<UkiSection> sections = new ArrayList<>();
        for (PeSection section : pe.sections()) {
            // The stub takes no notice of empty ones.
            if (UkiSection.NAMES.contains(section.name()) && section.virtualSize() > 0) {
                if (section.virtualSize() > section.rawSize()) {
                    throw new PeException(file + ": section " + section.name() + " has " + section.virtualSize()
                            + " bytes in memory, but only " + section.rawSize()
                            + " in the file: no tool makes such a one");
                }
                sections.add(new UkiSection(
                        section.name(), SectionContent.of(file, section.rawOffset(), section.virtualSize())));
            }
        }
        try {
            return new UkiImage(file, pe, UkiProfile.split(sections));
        } catch (PeException e) {
            throw new PeException(file + ": " + e.getMessage());
        }
    }
}
