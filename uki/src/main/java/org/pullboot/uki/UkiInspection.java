package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is in a PE file that may be a unified kernel image.
 *
 * @param pe its headers
 * @param sections those that were looked at, in the order of the file
 */
public record UkiInspection(PeFile pe, List<Section> sections) {
    /**
     * One section.
     *
     * @param name as in the file
     * @param size bytes of content, without padding
     * @param sha256 of the content, 64 lower-case hexadecimal digits
     * @param text the content without NULs at its end, other NULs as {@code \0}, if the section is one for text
     */
    public record Section(String name, long size, String sha256, Optional<String> text) {
        /** Whether the UKI specification knows it; others belong to the stub's program. */
        public boolean isOfUki() {
            return UkiSection.NAMES.contains(name);
        }

        /** Whether a profile may have several of this name. */
        public boolean isRepeatable() {
            return UkiSection.REPEATABLE.contains(name);
        }

        /** Whether it begins a profile, to which those behind it belong. */
        public boolean beginsProfile() {
            return name.equals(UkiSection.PROFILE);
        }
    }

    /** Copies the list. */
    public UkiInspection {
        sections = List.copyOf(sections);
    }

    /**
     * Reads a file and hashes all its sections.
     *
     * @throws PeException when it is no PE image or is cut off; the message names the file
     * @throws IOException when it cannot be read
     */
    public static UkiInspection of(Path file) throws IOException {
        return of(file, UkiSelection.everything());
    }

    /**
     * Reads a file and hashes some of its sections.
     *
     * @throws PeException when it is no PE image or is cut off; the message names the file
     * @throws IOException when it cannot be read
     */
    public static UkiInspection of(Path file, UkiSelection selection) throws IOException {
        PeFile pe = PeFile.read(file);
        List<Section> sections = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long left = channel.size();
            for (PeSection section : pe.sections()) {
                if (selection.takes(section.name())) {
                    left -= section.contentSize();
                    // Else a small file with many headers could make us hash for ever.
                    if (left < 0) {
                        throw new PeException("its sections lie over one another: together they have more bytes than"
                                + " the whole file, which has " + channel.size());
                    }
                    sections.add(read(channel, section, selection.isText(section.name())));
                }
            }
        } catch (PeException e) {
            throw new PeException(file + ": " + e.getMessage());
        }
        return new UkiInspection(pe, sections);
    }

    private static Section read(FileChannel channel, PeSection section, boolean asText) throws IOException {
        Optional<String> text = Optional.empty();
        if (asText && section.contentSize() <= SectionReader.MAX_TEXT) {
            text = Optional.of(text(SectionReader.read(channel, section)));
        }
        return new Section(section.name(), section.contentSize(), SectionReader.sha256(channel, section), text);
    }

    private static String text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return SectionReader.withoutTrailingNuls(text).replace("\0", "\\0");
        } catch (CharacterCodingException e) {
            return "(not valid UTF-8)";
        }
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
