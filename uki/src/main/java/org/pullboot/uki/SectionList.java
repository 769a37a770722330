package org.pullboot.uki;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The sections of an image in the making, in the order of the file; a profile has each but once. */
final class SectionList {
    private final List<UkiSection> sections = new ArrayList<>();
    private int profileStart;

    void add(String name, SectionContent content) throws PeException {
        UkiSection section = new UkiSection(name, content);
        boolean twice = sections.subList(profileStart, sections.size()).stream()
                .anyMatch(other -> other.name().equals(name));
        if (twice && !section.isRepeatable()) {
            throw new PeException("the section " + name + " is given twice");
        }
        sections.add(section);
        if (name.equals(UkiSection.PROFILE)) {
            profileStart = sections.size();
        }
    }

    /** Adds the signature for the profile that the last sections belong to. */
    void sign(PcrSigner signer) throws IOException {
        Optional<String> signature = signer.sign(UkiProfile.split(sections).getLast());
        if (signature.isPresent()) {
            add(".pcrsig", SectionContent.of(signature.get()));
        }
    }

    List<UkiSection> all() {
        return Collections.unmodifiableList(sections);
    }
}
