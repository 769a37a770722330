package org.pullboot.initrd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes kernel modules that hold what depmod and Pullboot look at, and no code. */
final class ElfFixture {
    private static final int HEADER_BYTES = 64;
    private static final int SECTION_HEADER_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int RELOCATABLE = 1;
    private static final int X86_64 = 62;
    private static final int PROGBITS = 1;
    private static final int SYMTAB = 2;
    private static final int STRTAB = 3;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Section(String name, int type, int link, int entryBytes, byte[] content) {}

    private ElfFixture() {}

    /** A module with these {@code key=value} entries. */
    static byte[] module(String... modinfo) {
        return module(List.of(modinfo), List.of(), List.of());
    }

    /**
     * A module.
     *
     * @param exports symbols that it has for others
     * @param needs symbols of others
     */
    static byte[] module(List<String> modinfo, List<String> exports, List<String> needs) {
        StringBuilder names = new StringBuilder("\0");
        ByteBuffer symbols = ByteBuffer.allocate((1 + 2 * exports.size() + needs.size()) * SYMBOL_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        symbols.position(SYMBOL_BYTES);
        for (String export : exports) {
            symbol(symbols, names, "__ksymtab_" + export, 1);
            symbol(symbols, names, "__crc_" + export, 0xFFF1);
        }
        for (String need : needs) {
            symbol(symbols, names, need, 0);
        }
        return elf(List.of(
                new Section(".modinfo", PROGBITS, 0, 0, strings(modinfo)),
                new Section("__ksymtab_strings", PROGBITS, 0, 0, strings(exports)),
                new Section(".strtab", STRTAB, 0, 0, names.toString().getBytes(StandardCharsets.ISO_8859_1)),
                new Section(".symtab", SYMTAB, 3, SYMBOL_BYTES, symbols.array())));
    }

    private static void symbol(ByteBuffer symbols, StringBuilder names, String name, int section) {
        symbols.putInt(names.length()).put((byte) 0x10).put((byte) 0).putShort((short) section);
        symbols.putLong(0).putLong(0);
        names.append(name).append('\0');
    }

    private static byte[] strings(List<String> strings) {
        StringBuilder text = new StringBuilder();
        strings.forEach(string -> text.append(string).append('\0'));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] elf(List<Section> content) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("", 0, 0, 0, new byte[0]));
        sections.addAll(content);
        List<String> names =
                new ArrayList<>(sections.stream().map(Section::name).toList());
        names.add(".shstrtab");
        byte[] nameTable = strings(names.subList(1, names.size()));
        byte[] padded = new byte[nameTable.length + 1];
        System.arraycopy(nameTable, 0, padded, 1, nameTable.length);
        sections.add(new Section(".shstrtab", STRTAB, 0, 0, padded));

        int bytes = HEADER_BYTES + sections.size() * SECTION_HEADER_BYTES;
        for (Section section : sections) {
            bytes += section.content().length;
        }
        ByteBuffer elf = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        elf.putInt(0x464C457F).put(new byte[] {2, 1, 1}).position(16);
        elf.putShort((short) RELOCATABLE).putShort((short) X86_64).putInt(1);
        elf.putLong(0).putLong(0).putLong(HEADER_BYTES).putInt(0).putShort((short) HEADER_BYTES);
        elf.putShort((short) 0).putShort((short) 0).putShort((short) SECTION_HEADER_BYTES);
        elf.putShort((short) sections.size()).putShort((short) (sections.size() - 1));

        int name = 0;
        int offset = HEADER_BYTES + sections.size() * SECTION_HEADER_BYTES;
        for (Section section : sections) {
            elf.putInt(section.name().isEmpty() ? 0 : name).putInt(section.type());
            elf.putLong(0).putLong(0).putLong(offset).putLong(section.content().length);
            elf.putInt(section.link()).putInt(0).putLong(1).putLong(section.entryBytes());
            name += section.name().length() + 1;
            offset += section.content().length;
        }
        sections.forEach(section -> elf.put(section.content()));
        return elf.array();
    }
}
