package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The .pcrsig sections of an image that was built before its policies were signed. */
public final class PcrSignatureFile {
    private static final String NAME = ".pcrsig";

    private PcrSignatureFile() {}

    /**
     * What is in the sections of all profiles.
     *
     * @throws PeException when there are none, or one cannot be read; the message names the file
     * @throws IOException when the file cannot be read
     */
    public static PcrSignatures read(Path image) throws IOException {
        PcrSignatures all = PcrSignatures.NONE;
        for (PeSection section : sections(image, PeFile.read(image))) {
            all = all.with(parse(image, section));
        }
        return all;
    }

    /**
     * Puts signatures that were made elsewhere to the policies in the sections, as {@code ukify --join-pcrsig} does.
     *
     * @param image with .pcrsig sections that have room for them; not signed for Secure Boot yet
     * @param output where it goes; may be the same file. It has either its old content or all of the new one at any time
     * @throws PeException when the signatures are for other policies or do not fit; the message names the file
     * @throws IOException when a file cannot be read or written
     */
    public static void join(Path image, PcrSignatures signatures, Path output) throws IOException {
        PeFile pe = PeFile.read(image);
        if (pe.isSigned()) {
            throw new PeException(
                    image + " is signed for Secure Boot, and policies that are joined now would break that: "
                            + "join them first, then sign");
        }
        List<PeSection> sections = new ArrayList<>(pe.sections());
        List<byte[]> contents = new ArrayList<>();
        boolean joined = false;
        for (PeSection section : sections(image, pe)) {
            PcrSignatures old = parse(image, section);
            PcrSignatures updated = old.join(signatures);
            joined |= !updated.equals(old);
            byte[] content = updated.sectionContent();
            if (content.length > section.rawSize()) {
                throw new PeException(image + ": the signatures need " + content.length + " bytes, but its section has "
                        + section.rawSize() + ": build it with --policy-digest, which leaves room");
            }
            contents.add(content);
            sections.set(sections.indexOf(section), section.withVirtualSize(content.length));
        }
        if (!joined) {
            throw new PeException(image + ": none of the signatures is for one of its policies: sign what this very"
                    + " image was built with --policy-digest for");
        }
        write(image, pe, sections, contents, output);
    }

    private static void write(Path image, PeFile pe, List<PeSection> sections, List<byte[]> contents, Path output)
            throws IOException {
        ReplacedFile.write(output, file -> {
            Files.copy(image, file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                int next = 0;
                for (int i = 0; i < sections.size(); i++) {
                    PeSection section = sections.get(i);
                    if (section.name().equals(NAME)) {
                        byte[] padded = Arrays.copyOf(contents.get(next++), (int) section.rawSize());
                        put(channel, section.rawOffset(), padded);
                        put(channel, pe.sectionTable() + (long) i * PeSection.HEADER + 8, u32(section.virtualSize()));
                    }
                }
                long end = sections.getLast().virtualEnd();
                long aligned = (end + pe.sectionAlignment() - 1) & -pe.sectionAlignment();
                put(channel, pe.optionalHeader() + (long) PeFile.IMAGE_SIZE, u32(aligned));
                put(channel, pe.optionalHeader() + (long) PeFile.CHECKSUM, u32(0));
            }
        });
    }

    private static List<PeSection> sections(Path image, PeFile pe) throws PeException {
        List<PeSection> found = pe.sections().stream()
                .filter(section -> section.name().equals(NAME))
                .toList();
        if (found.isEmpty()) {
            throw new PeException(image + " has no section .pcrsig: build it with --pcr-private-key, or with"
                    + " --policy-digest to sign its policies later");
        }
        return found;
    }

    private static PcrSignatures parse(Path image, PeSection section) throws IOException {
        try {
            return PcrSignatures.parse(new String(SectionReader.read(image, section), StandardCharsets.UTF_8));
        } catch (PeException e) {
            throw new PeException(image + ": " + e.getMessage());
        }
    }

    private static byte[] u32(long value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) value)
                .array();
    }

    private static void put(FileChannel channel, long position, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, position + buffer.position());
        }
    }
}
