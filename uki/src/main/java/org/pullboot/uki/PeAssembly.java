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

/** A stub that sections are added to. The rules are those of ukify, so that the same input gives the same bytes. */
final class PeAssembly {
    private static final long MAX_ADDRESS = 0xFFFFFFFFL;
    private static final int SYMBOL = 18;
    private static final int MAX_FILE_ALIGNMENT = 0x10000;
    private static final int MAX_STUB = 32 << 20;
    private static final int MAX_STUB_SECTIONS = 96;

    private record Added(PeSection section, SectionContent content) {}

    private final PeFile pe;
    private final List<PeSection> stubSections = new ArrayList<>();
    private final List<Added> added = new ArrayList<>();
    private byte[] image;
    private long end;
    private int dllCharacteristics;
    private long initializedData;

    /**
     * Takes a stub.
     *
     * @param stub the whole file
     * @param pe its headers
     * @throws PeException when its sections are not in order
     */
    PeAssembly(byte[] stub, PeFile pe) throws PeException {
        this.pe = pe;
        image = stub.clone();
        initializedData = header(image).getInt(pe.optionalHeader() + PeFile.INITIALIZED_DATA_SIZE) & MAX_ADDRESS;
        dllCharacteristics = pe.dllCharacteristics();
        stripSymbols();
        checkOrder();
        alignSections();
        end = image.length;
    }

    /**
     * Reads a stub.
     *
     * @throws PeException when it is none, or signed, or its sections are not in order
     * @throws IOException when it cannot be read
     */
    static PeAssembly ofStub(Path stub) throws IOException {
        if (Files.size(stub) > MAX_STUB) {
            throw new PeException(stub + " has " + Files.size(stub) + " bytes, which is too much for a stub");
        }
        PeFile pe = PeFile.read(stub);
        if (pe.isSigned()) {
            throw new PeException(
                    stub + " is a signed program: adding to it would break the signature, so take a plain stub");
        }
        if (pe.subsystem() != PeFile.EFI_APPLICATION
                || pe.section(".linux").isPresent()
                || pe.sections().isEmpty()) {
            throw new PeException(stub + " is no EFI stub: take linuxx64.efi.stub of package systemd-boot-efi");
        }
        return new PeAssembly(Files.readAllBytes(stub), pe);
    }

    /** The headers of the stub. */
    PeFile stub() {
        return pe;
    }

    /** Adds a section, or puts the content into the stub's section of that name. */
    void put(String name, SectionContent content) throws IOException {
        if (name.equals(".linux")) {
            agreeOnExecutableData(content);
        }
        for (int i = 0; i < stubSections.size(); i++) {
            if (stubSections.get(i).name().equals(name) && !name.equals(".dtbauto")) {
                replace(i, content);
                return;
            }
        }
        append(name, content);
    }

    /**
     * Writes the whole image. The file has either its old content or all of the new one at any time.
     *
     * @throws IOException when a part cannot be read or the image not be written
     */
    void writeTo(Path output) throws IOException {
        ReplacedFile.write(output, file -> {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writeTo(channel);
            }
        });
    }

    private void writeTo(FileChannel target) throws IOException {
        writeHeaders();
        SectionContent.of(image).writeTo(target);
        long position = image.length;
        for (Added one : added) {
            position = pad(target, position, one.section.rawOffset());
            one.content.writeTo(target);
            position = pad(target, position + one.content.size(), one.section.rawOffset() + one.section.rawSize());
        }
    }

    long size() {
        return end;
    }

    /** Firmware that forbids to execute data must not trust a stub whose kernel does so. */
    private void agreeOnExecutableData(SectionContent kernel) throws IOException {
        try {
            PeFile inner = PeFile.parse(ByteBuffer.wrap(kernel.head(PeFile.MAX_HEADERS)), kernel.size());
            dllCharacteristics &= inner.dllCharacteristics() | ~PeFile.NX_COMPATIBLE;
        } catch (PeException noProgram) {
            // A profile may bring a kernel in a form that says nothing.
            return;
        }
    }

    /** Image files should have no COFF symbols, but those of old stubs do; they would stand between the sections. */
    private void stripSymbols() {
        long strings = pe.symbolTable() + SYMBOL * pe.symbolCount();
        if (pe.symbolTable() == 0 || strings + 4 > image.length) {
            return;
        }
        ByteBuffer bytes = header(image);
        long stringSize = bytes.getInt((int) strings) & MAX_ADDRESS;
        if (strings + stringSize == image.length) {
            bytes.putInt(pe.headerOffset() + PeFile.SYMBOL_TABLE, 0);
            bytes.putInt(pe.headerOffset() + PeFile.SYMBOL_COUNT, 0);
            image = Arrays.copyOf(image, (int) pe.symbolTable());
        }
    }

    private void checkOrder() throws PeException {
        if (pe.fileAlignment() > MAX_FILE_ALIGNMENT
                || pe.sections().isEmpty()
                || pe.sections().size() > MAX_STUB_SECTIONS) {
            throw new PeException("a stub has at least one and at most " + MAX_STUB_SECTIONS
                    + " sections aligned to at most " + MAX_FILE_ALIGNMENT + " bytes, not "
                    + pe.sections().size() + " aligned to " + pe.fileAlignment());
        }
        long position = pe.sectionTable() + (long) pe.sections().size() * PeSection.HEADER;
        for (PeSection section : pe.sections()) {
            if (section.rawSize() > 0) {
                long sectionEnd = section.rawOffset() + section.rawSize();
                if (section.rawOffset() < position || sectionEnd > image.length) {
                    throw new PeException("the stub's section " + section.name() + " lies from byte "
                            + section.rawOffset()
                            + " to " + sectionEnd + ", but should lie behind byte " + position + " and end by byte "
                            + image.length);
                }
                position = sectionEnd;
            }
        }
    }

    /** Stripping tools have left stubs whose sections begin or end at unaligned bytes of the file. */
    private void alignSections() {
        long shift = 0;
        for (PeSection old : pe.sections()) {
            if (old.rawSize() == 0) {
                stubSections.add(old);
                continue;
            }
            long from = old.rawOffset() + shift;
            long padBefore = roundUp(from, pe.fileAlignment()) - from;
            long padAfter = roundUp(old.rawSize(), pe.fileAlignment()) - old.rawSize();
            insertZeros((int) (from + old.rawSize()), (int) padAfter);
            insertZeros((int) from, (int) padBefore);
            shift += padBefore + padAfter;
            stubSections.add(new PeSection(
                    old.name(),
                    old.virtualSize(),
                    old.virtualAddress(),
                    old.rawSize() + padAfter,
                    from + padBefore,
                    old.characteristics()));
        }
    }

    private void insertZeros(int at, int count) {
        if (count > 0) {
            byte[] longer = new byte[image.length + count];
            System.arraycopy(image, 0, longer, 0, at);
            System.arraycopy(image, at, longer, at + count, image.length - at);
            image = longer;
        }
    }

    /**
     * In old stubs the next section begins in memory before this one's new end and covers it there. That harms nobody: the one
     * who reads .sbat, shim, reads it from the file.
     */
    private void replace(int index, SectionContent content) throws IOException {
        PeSection old = stubSections.get(index);
        if (content.size() > old.rawSize()) {
            throw new PeException("the stub's section " + old.name() + " has room for " + old.rawSize() + " bytes, but "
                    + content.size() + " should go into it: a newer stub has more");
        }
        int from = (int) old.rawOffset();
        Arrays.fill(image, from, from + (int) old.rawSize(), (byte) 0);
        byte[] bytes = content.head((int) content.size());
        System.arraycopy(bytes, 0, image, from, bytes.length);
        stubSections.set(
                index,
                new PeSection(
                        old.name(),
                        content.size(),
                        old.virtualAddress(),
                        old.rawSize(),
                        old.rawOffset(),
                        old.characteristics()));
    }

    private void append(String name, SectionContent content) throws PeException {
        int sections = stubSections.size() + added.size();
        long header = pe.sectionTable() + (long) (sections + 1) * PeSection.HEADER;
        if (header > firstData() || header > roundUp(pe.headersSize(), pe.fileAlignment())) {
            throw new PeException("the stub's headers have no room for the section " + name + " beside " + sections
                    + " others: take another stub");
        }
        PeSection last = added.isEmpty() ? stubSections.getLast() : added.getLast().section;
        long offset = roundUp(end, pe.fileAlignment());
        PeSection section = new PeSection(
                name,
                content.size(),
                roundUp(last.virtualEnd(), pe.sectionAlignment()),
                roundUp(content.size(), pe.fileAlignment()),
                offset,
                // Kernels from before the EFI stub is entered as a program of its own are run in place.
                PeSection.READ | (name.equals(".linux") ? PeSection.CODE : PeSection.INITIALIZED_DATA));
        end = offset + section.rawSize();
        if (end > MAX_ADDRESS || roundUp(section.virtualEnd(), pe.sectionAlignment()) > MAX_ADDRESS) {
            throw new PeException(
                    "a UKI has less than 4 GiB, but with section " + name + " it would have " + end + " bytes");
        }
        initializedData = (initializedData + section.virtualSize()) & MAX_ADDRESS;
        added.add(new Added(section, content));
    }

    private long firstData() {
        return stubSections.stream()
                .filter(section -> section.rawSize() > 0)
                .mapToLong(PeSection::rawOffset)
                .min()
                .orElse(image.length);
    }

    private void writeHeaders() {
        ByteBuffer bytes = header(image);
        List<PeSection> all = new ArrayList<>(stubSections);
        added.forEach(one -> all.add(one.section));
        bytes.putShort(pe.headerOffset() + PeFile.SECTION_COUNT, (short) all.size());
        int optional = pe.optionalHeader();
        PeSection last = all.getLast();
        bytes.putInt(optional + PeFile.INITIALIZED_DATA_SIZE, (int) initializedData);
        bytes.putInt(optional + PeFile.IMAGE_SIZE, (int) roundUp(last.virtualEnd(), pe.sectionAlignment()));
        bytes.putInt(optional + PeFile.HEADERS_SIZE, (int) roundUp(pe.headersSize(), pe.fileAlignment()));
        bytes.putInt(optional + PeFile.CHECKSUM, 0);
        bytes.putShort(optional + PeFile.DLL_CHARACTERISTICS, (short) dllCharacteristics);
        for (int i = 0; i < all.size(); i++) {
            writeHeader(bytes, pe.sectionTable() + i * PeSection.HEADER, all.get(i), i >= stubSections.size());
        }
    }

    private static void writeHeader(ByteBuffer bytes, int at, PeSection section, boolean fresh) {
        if (fresh) {
            byte[] name = section.name().getBytes(StandardCharsets.ISO_8859_1);
            bytes.put(at, new byte[PeSection.HEADER]).put(at, name);
        }
        bytes.putInt(at + 8, (int) section.virtualSize());
        bytes.putInt(at + 12, (int) section.virtualAddress());
        bytes.putInt(at + 16, (int) section.rawSize());
        bytes.putInt(at + 20, (int) section.rawOffset());
        bytes.putInt(at + 36, section.characteristics());
    }

    private static long pad(FileChannel target, long from, long to) throws IOException {
        SectionContent.of(new byte[(int) (to - from)]).writeTo(target);
        return to;
    }

    private static long roundUp(long value, long alignment) {
        return (value + alignment - 1) & -alignment;
    }

    private static ByteBuffer header(byte[] image) {
        return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }
}
