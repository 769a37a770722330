package org.pullboot.initrd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sections of a 64-bit little-endian ELF file (System V gABI, "Object Files"): as much as kernel modules need.
 *
 * @param sections in the order of the section header table
 */
record ElfFile(List<Section> sections) {
    private static final int HEADER_BYTES = 64;
    private static final int SECTION_HEADER_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int MAGIC = 0x464C457F;
    private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;
    private static final int NO_BITS = 8;

    /**
     * One section.
     *
     * @param name as in the section name table
     * @param content its bytes in the file, read-only; empty when it has none there
     */
    record Section(String name, ByteBuffer content) {}

    ElfFile {
        sections = List.copyOf(sections);
    }

    /**
     * Reads the section table.
     *
     * @param file the whole file from position 0 to the buffer's limit
     * @throws InitrdException when it is no such file or is cut short
     */
    static ElfFile read(ByteBuffer file) throws InitrdException {
        ByteBuffer elf = file.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (elf.limit() < HEADER_BYTES || elf.getInt(0) != MAGIC || elf.getShort(4) != CLASS_64_LITTLE_ENDIAN) {
            throw new InitrdException("not a 64-bit little-endian ELF file");
        }
        long table = elf.getLong(40);
        int entryBytes = Short.toUnsignedInt(elf.getShort(58));
        int count = Short.toUnsignedInt(elf.getShort(60));
        int nameTable = Short.toUnsignedInt(elf.getShort(62));
        if (count == 0) {
            return new ElfFile(List.of());
        }
        if (entryBytes != SECTION_HEADER_BYTES || nameTable >= count) {
            throw new InitrdException("an ELF file with a damaged section table");
        }
        ByteBuffer headers = slice(elf, table, (long) count * entryBytes);
        ByteBuffer names = content(elf, headers, nameTable);
        List<Section> sections = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = string(names, Integer.toUnsignedLong(headers.getInt(i * entryBytes)));
            sections.add(new Section(name, content(elf, headers, i)));
        }
        return new ElfFile(sections);
    }

    /** The bytes of the first section of this name. */
    Optional<ByteBuffer> section(String name) {
        return sections.stream()
                .filter(section -> section.name().equals(name))
                .map(section -> section.content().duplicate())
                .findFirst();
    }

    /** The names of all symbols, in the order of the symbol table; none when it was stripped. */
    List<String> symbols() throws InitrdException {
        Optional<ByteBuffer> table = section(".symtab");
        Optional<ByteBuffer> names = section(".strtab");
        List<String> symbols = new ArrayList<>();
        if (table.isPresent() && names.isPresent()) {
            ByteBuffer entries = table.get().order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 0; at + SYMBOL_BYTES <= entries.limit(); at += SYMBOL_BYTES) {
                symbols.add(string(names.get(), Integer.toUnsignedLong(entries.getInt(at))));
            }
        }
        return symbols;
    }

    /** Cuts bytes at their NULs; empty strings are left out. */
    static List<String> strings(ByteBuffer bytes) {
        List<String> strings = new ArrayList<>();
        int start = bytes.position();
        for (int i = start; i <= bytes.limit(); i++) {
            if (i == bytes.limit() || bytes.get(i) == 0) {
                if (i > start) {
                    strings.add(text(bytes, start, i));
                }
                start = i + 1;
            }
        }
        return strings;
    }

    private static ByteBuffer content(ByteBuffer elf, ByteBuffer headers, int index) throws InitrdException {
        int header = index * SECTION_HEADER_BYTES;
        if (headers.getInt(header + 4) == NO_BITS) {
            return ByteBuffer.allocate(0);
        }
        return slice(elf, headers.getLong(header + 24), headers.getLong(header + 32));
    }

    private static ByteBuffer slice(ByteBuffer elf, long offset, long size) throws InitrdException {
        if (offset < 0 || size < 0 || offset > elf.limit() || size > elf.limit() - offset) {
            throw new InitrdException("an ELF file that is cut short: it has " + elf.limit() + " bytes and says that "
                    + Long.toUnsignedString(size) + " are at " + Long.toUnsignedString(offset));
        }
        return elf.slice((int) offset, (int) size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String string(ByteBuffer names, long offset) throws InitrdException {
        if (offset >= names.limit()) {
            throw new InitrdException("an ELF file with a section name outside its name table");
        }
        int end = (int) offset;
        while (end < names.limit() && names.get(end) != 0) {
            end++;
        }
        return text(names, (int) offset, end);
    }

    private static String text(ByteBuffer bytes, int start, int end) {
        byte[] copy = new byte[end - start];
        bytes.get(start, copy);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }
}
