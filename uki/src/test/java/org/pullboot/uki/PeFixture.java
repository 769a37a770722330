package org.pullboot.uki;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Small PE32+ images made byte by byte, with the shape of stubs and kernels. */
final class PeFixture {
    static final String STUB_SBAT = """
            sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md
            systemd-stub,1,The systemd Developers,systemd,262,https://systemd.io/
            """;

    private static final int COFF = 0x44;
    private static final int OPTIONAL = COFF + 20;
    private static final int OPTIONAL_SIZE = 240;

    private record Section(String name, String content, int rawSize) {}

    private final List<Section> sections = new ArrayList<>();
    private int machine = 0x8664;
    private int subsystem = 10;
    private int dllCharacteristics = 0x160;
    private int headersSize = 0x1000;
    private int sectionAlignment = 0x1000;
    private boolean signed;
    private int symbols;

    /** Like the stub of systemd 262: room in its headers and in .sbat. */
    static PeFixture stub() {
        return new PeFixture()
                .section(".text", "program", 0x400)
                .section(".sbat", STUB_SBAT, 0x400)
                .section(".sdmagic", "#### LoaderInfo: systemd-stub 262.1-1 ####", 0x200);
    }

    /** Like a kernel with an EFI stub of version 6.1.0-9-test. */
    static PeFixture kernel() {
        return new PeFixture().section(".text", "Linux version 6.1.0-9-test (gcc) #1", 0x200);
    }

    PeFixture section(String name, String content, int rawSize) {
        sections.add(new Section(name, content, rawSize));
        return this;
    }

    PeFixture machine(int value) {
        machine = value;
        return this;
    }

    PeFixture subsystem(int value) {
        subsystem = value;
        return this;
    }

    PeFixture dllCharacteristics(int value) {
        dllCharacteristics = value;
        return this;
    }

    PeFixture headersSize(int value) {
        headersSize = value;
        return this;
    }

    PeFixture sectionAlignment(int value) {
        sectionAlignment = value;
        return this;
    }

    PeFixture signed() {
        signed = true;
        return this;
    }

    /** So many COFF symbols at the end of the file, and a string table of 14 bytes behind them. */
    PeFixture symbols(int count) {
        symbols = count;
        return this;
    }

    byte[] bytes() {
        int size = headersSize;
        for (Section section : sections) {
            size += section.rawSize;
        }
        int tables = symbols == 0 ? 0 : 18 * symbols + 14;
        ByteBuffer out = ByteBuffer.allocate(size + tables).order(ByteOrder.LITTLE_ENDIAN);
        out.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3C, COFF - 4).putInt(COFF - 4, 0x4550);
        out.putShort(COFF, (short) machine).putShort(COFF + 2, (short) sections.size());
        out.putShort(COFF + 16, (short) OPTIONAL_SIZE).putShort(COFF + 18, (short) 0x22E);
        if (symbols > 0) {
            out.putInt(COFF + 8, size).putInt(COFF + 12, symbols).putInt(size + 18 * symbols, 14);
        }
        out.putShort(OPTIONAL, (short) 0x20B).putInt(OPTIONAL + 8, 0x600);
        out.putInt(OPTIONAL + 32, sectionAlignment).putInt(OPTIONAL + 36, 0x200);
        out.putInt(OPTIONAL + 60, headersSize).putInt(OPTIONAL + 64, 0xABCD);
        out.putShort(OPTIONAL + 68, (short) subsystem).putShort(OPTIONAL + 70, (short) dllCharacteristics);
        out.putInt(OPTIONAL + 108, 16);
        if (signed) {
            out.putInt(OPTIONAL + 144, size).putInt(OPTIONAL + 148, 8);
        }
        writeSections(out);
        return out.array();
    }

    private void writeSections(ByteBuffer out) {
        int header = OPTIONAL + OPTIONAL_SIZE;
        int raw = headersSize;
        int address = 0x5000;
        for (Section section : sections) {
            out.put(header, section.name.getBytes(StandardCharsets.UTF_8));
            out.putInt(header + 8, section.content.length()).putInt(header + 12, address);
            out.putInt(header + 16, section.rawSize).putInt(header + 20, raw).putInt(header + 36, 0x60000020);
            out.put(raw, section.content.getBytes(StandardCharsets.US_ASCII));
            header += 40;
            raw += section.rawSize;
            address += (section.content.length() + sectionAlignment - 1) & -sectionAlignment;
        }
    }
}
