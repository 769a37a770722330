package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The headers of a PE image (Microsoft PE/COFF specification, section 3), checked: the header and each section lie within the
 * file.
 *
 * @param headerOffset where the COFF header begins, in bytes, behind the signature
 * @param machine the Machine field
 * @param optionalHeaderSize in bytes
 * @param wide whether it is PE32+, with 64-bit addresses, else PE32
 * @param sectionAlignment of sections in memory, a power of two
 * @param fileAlignment of sections in the file, a power of two
 * @param headersSize SizeOfHeaders: bytes before the first section's data
 * @param subsystem 10 is an EFI application
 * @param dllCharacteristics the IMAGE_DLLCHARACTERISTICS_ bits
 * @param symbolTable where COFF symbols are in the file, 0 for none
 * @param symbolCount how many
 * @param securityDirectory where the eight bytes are that tell place and size of the certificate table, 0 when the headers have none
 * @param certificateOffset where the certificate table begins in the file, 0 when there is none
 * @param certificateSize bytes of certificate table, 0 when the file is not signed
 * @param sections in the order of their headers
 */
public record PeFile(
        int headerOffset,
        int machine,
        int optionalHeaderSize,
        boolean wide,
        long sectionAlignment,
        long fileAlignment,
        long headersSize,
        int subsystem,
        int dllCharacteristics,
        long symbolTable,
        long symbolCount,
        int securityDirectory,
        long certificateOffset,
        long certificateSize,
        List<PeSection> sections) {
    /** IMAGE_SUBSYSTEM_EFI_APPLICATION. */
    public static final int EFI_APPLICATION = 10;

    /** IMAGE_DLLCHARACTERISTICS_NX_COMPAT: works where data cannot be executed. */
    public static final int NX_COMPATIBLE = 0x0100;

    /** How much of a file must be at hand to parse it. */
    static final int MAX_HEADERS = 256 << 10;

    static final int COFF_HEADER = 20;
    static final int SECTION_COUNT = 2;
    static final int SYMBOL_TABLE = 8;
    static final int SYMBOL_COUNT = 12;
    /** Fields of the optional header, which follows the COFF header; the same in PE32 and PE32+. */
    static final int INITIALIZED_DATA_SIZE = 8;

    static final int IMAGE_SIZE = 56;
    static final int HEADERS_SIZE = 60;
    static final int CHECKSUM = 64;
    static final int DLL_CHARACTERISTICS = 70;

    private static final int SIGNATURE = 0x4550;
    private static final int OPTIONAL_HEADER_SIZE = 16;
    private static final int PE32 = 0x10B;
    private static final int PE32_PLUS = 0x20B;
    private static final int SECTION_ALIGNMENT = 32;
    private static final int FILE_ALIGNMENT = 36;
    private static final int SUBSYSTEM = 68;
    private static final int SECURITY_DIRECTORY = 4;

    /** Copies the list. */
    public PeFile {
        sections = List.copyOf(sections);
    }

    /**
     * Reads the headers of a file.
     *
     * @throws PeException when it is no PE image or is cut off; the message names the file
     * @throws IOException when it cannot be read
     */
    public static PeFile read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_HEADERS));
            while (head.hasRemaining() && channel.read(head, head.position()) > 0) {
                // More to come.
            }
            return parse(head.flip(), channel.size());
        } catch (PeException e) {
            throw new PeException(file + ": " + e.getMessage());
        }
    }

    /**
     * Reads the headers.
     *
     * @param head the file's beginning, from position to limit: the whole of it or 256 KiB
     * @param fileSize how many bytes the file has in all
     * @throws PeException when they belong to no PE image or to one that is cut off
     */
    public static PeFile parse(ByteBuffer head, long fileSize) throws PeException {
        ByteBuffer in = head.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.limit() == 0) {
            throw new PeException("expected a PE image, but it is empty");
        }
        if (in.limit() < 0x40 || in.get(0) != 'M' || in.get(1) != 'Z') {
            throw new PeException("expected a PE image, which begins with MZ, but it does not");
        }
        long signature = u32(in, 0x3C);
        if (signature + 4 + COFF_HEADER > in.limit() || u32(in, (int) signature) != SIGNATURE) {
            throw new PeException(
                    "expected a PE image, but it is an old DOS program or cut off: no PE header at byte " + signature);
        }
        int coff = (int) signature + 4;
        int optional = coff + COFF_HEADER;
        int optionalSize = u16(in, coff + OPTIONAL_HEADER_SIZE);
        int sectionCount = u16(in, coff + SECTION_COUNT);
        int sectionTable = optional + optionalSize;
        if (sectionTable + (long) sectionCount * PeSection.HEADER > in.limit()) {
            throw new PeException(
                    "the PE headers should have " + (sectionTable + (long) sectionCount * PeSection.HEADER)
                            + " bytes, but the file has " + fileSize + ", or they are far too long");
        }
        int magic = optionalSize >= 2 ? u16(in, optional) : 0;
        boolean wide = magic == PE32_PLUS;
        int directories = optional + (wide ? 112 : 96);
        if ((!wide && magic != PE32) || directories > sectionTable) {
            throw new PeException("expected a PE32 or PE32+ image, but its optional header has " + optionalSize
                    + " bytes and is of kind 0x" + Integer.toHexString(magic));
        }
        int security = directories + 8 * SECURITY_DIRECTORY;
        boolean hasSecurity = u32(in, directories - 4) > SECURITY_DIRECTORY && security + 8 <= sectionTable;
        return new PeFile(
                coff,
                u16(in, coff),
                optionalSize,
                wide,
                alignment(in, optional + SECTION_ALIGNMENT),
                alignment(in, optional + FILE_ALIGNMENT),
                u32(in, optional + HEADERS_SIZE),
                u16(in, optional + SUBSYSTEM),
                u16(in, optional + DLL_CHARACTERISTICS),
                u32(in, coff + SYMBOL_TABLE),
                u32(in, coff + SYMBOL_COUNT),
                hasSecurity ? security : 0,
                hasSecurity ? u32(in, security) : 0,
                hasSecurity ? u32(in, security + 4) : 0,
                sections(in, sectionTable, sectionCount, fileSize));
    }

    /** The first section of this name. */
    public Optional<PeSection> section(String name) {
        for (PeSection section : sections) {
            if (section.name().equals(name)) {
                return Optional.of(section);
            }
        }
        return Optional.empty();
    }

    /** The processor it is for; empty when it is none of those that EFI has. */
    public Optional<EfiArchitecture> architecture() {
        return EfiArchitecture.ofMachine(machine);
    }

    /** Whether a signature is attached. */
    public boolean isSigned() {
        return certificateSize != 0;
    }

    /** Where the four bytes of the CheckSum field are. */
    public int checksumOffset() {
        return optionalHeader() + CHECKSUM;
    }

    /** Where the optional header begins, in bytes. */
    int optionalHeader() {
        return headerOffset + COFF_HEADER;
    }

    /** Where the section headers begin, in bytes. */
    int sectionTable() {
        return optionalHeader() + optionalHeaderSize;
    }

    private static List<PeSection> sections(ByteBuffer in, int table, int count, long fileSize) throws PeException {
        List<PeSection> sections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = table + i * PeSection.HEADER;
            PeSection section = new PeSection(
                    name(in.slice(at, 8)),
                    u32(in, at + 8),
                    u32(in, at + 12),
                    u32(in, at + 16),
                    u32(in, at + 20),
                    in.getInt(at + 36));
            if (section.rawSize() > 0 && section.rawOffset() + section.rawSize() > fileSize) {
                throw new PeException("section " + section.name() + " should end at byte "
                        + (section.rawOffset() + section.rawSize()) + ", but the file has only " + fileSize
                        + " bytes: it is cut off");
            }
            sections.add(section);
        }
        return sections;
    }

    private static String name(ByteBuffer field) {
        byte[] bytes = new byte[8];
        field.get(bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static long alignment(ByteBuffer in, int at) throws PeException {
        long value = u32(in, at);
        if (Long.bitCount(value) != 1) {
            throw new PeException("the alignment of sections in a PE image is a power of two, not " + value);
        }
        return value;
    }

    private static int u16(ByteBuffer in, int at) {
        return in.getShort(at) & 0xFFFF;
    }

    private static long u32(ByteBuffer in, int at) {
        return in.getInt(at) & 0xFFFFFFFFL;
    }
}
