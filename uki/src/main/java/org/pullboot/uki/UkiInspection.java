package org.pullboot.uki;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is in a PE file that may be a unified kernel image.
 *
 * @param pe its headers
 * @param sections all of them, in the order of the file
 */
public record UkiInspection(PeFile pe, List<Section> sections) {
    private static final Set<String> TEXTS =
            Set.of(".cmdline", ".osrel", ".uname", ".pcrpkey", ".pcrsig", ".sbat", ".profile");

    private static final Set<String> UKI = Set.of(
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

    /**
     * One section.
     *
     * @param name as in the file
     * @param size bytes of content, without padding
     * @param sha256 of the content, 64 lower-case hexadecimal digits
     * @param text the content without NULs at its end, if the section is one for text
     */
    public record Section(String name, long size, String sha256, Optional<String> text) {
        /** Whether the UKI specification knows it; others belong to the stub's program. */
        public boolean isOfUki() {
            return UKI.contains(name);
        }
    }

    /** Copies the list. */
    public UkiInspection {
        sections = List.copyOf(sections);
    }

    /**
     * Reads a file and hashes its sections.
     *
     * @throws PeException when it is no PE image or is cut off; the message names the file
     * @throws IOException when it cannot be read
     */
    public static UkiInspection of(Path file) throws IOException {
        PeFile pe = PeFile.read(file);
        List<Section> sections = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (PeSection section : pe.sections()) {
                Optional<String> text = Optional.empty();
                if (TEXTS.contains(section.name()) && section.contentSize() <= SectionReader.MAX_TEXT) {
                    text = Optional.of(SectionReader.withoutTrailingNuls(
                            new String(SectionReader.read(channel, section), StandardCharsets.UTF_8)));
                }
                sections.add(new Section(
                        section.name(), section.contentSize(), SectionReader.sha256(channel, section), text));
            }
        } catch (PeException e) {
            throw new PeException(file + ": " + e.getMessage());
        }
        return new UkiInspection(pe, sections);
    }

    /** Whether firmware could start it and would find a kernel in it. */
    public boolean isUki() {
        return whyNoUki(pe).isEmpty();
    }

    /** Why this PE image is no UKI, as half a sentence; empty when it is one. Needs the headers alone. */
    public static Optional<String> whyNoUki(PeFile pe) {
        if (pe.subsystem() != PeFile.EFI_APPLICATION) {
            return Optional.of(
                    "it is a PE image, but no EFI program (its subsystem is " + pe.subsystem() + ", not 10)");
        }
        if (pe.section(".linux").isEmpty()) {
            boolean addon =
                    pe.section(".cmdline").isPresent() || pe.section(".initrd").isPresent();
            return Optional.of(
                    addon
                            ? "it is an addon for a unified kernel image: it has no .linux section with a kernel"
                            : "it is an EFI program, but no unified kernel image: it has no .linux section with a kernel");
        }
        return Optional.empty();
    }

    /** The first section of this name. */
    public Optional<Section> section(String name) {
        return sections.stream().filter(section -> section.name().equals(name)).findFirst();
    }

    /** The kernel's command line, if it is in the image. */
    public Optional<String> commandLine() {
        return text(".cmdline");
    }

    /** The os-release file, if it is in the image. */
    public Optional<String> osRelease() {
        return text(".osrel");
    }

    /** The kernel's version, if the image tells it. */
    public Optional<String> kernelVersion() {
        return text(".uname");
    }

    private Optional<String> text(String name) {
        return section(name).flatMap(Section::text);
    }
}
