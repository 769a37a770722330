package org.pullboot.uki;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a unified kernel image together (UAPI specification 5): a stub of systemd-boot-efi, a kernel, initrds and texts, by the
 * rules of ukify, so that the same input gives the same bytes as there. The result is not signed. Not thread-safe.
 */
public final class UkiBuilder {
    /** In the order of ukify; what is not here comes behind. */
    private static final List<String> ORDER = List.of(
            ".osrel", ".cmdline", ".dtb", ".hwids", ".uname", ".splash", ".pcrpkey", ".linux", ".initrd", ".ucode");

    private static final int MAX_STUB = 32 << 20;
    private static final int MAX_NAME = 8;

    private final Path stub;
    private final Path kernel;
    private final List<Path> initrds = new ArrayList<>();
    private final Map<String, SectionContent> sections = new LinkedHashMap<>();
    private final List<String> sbat = new ArrayList<>();

    /**
     * Begins with what every UKI has.
     *
     * @param stub a linux*.efi.stub of systemd-boot-efi, see {@link Stub#find}
     * @param kernel a kernel with an EFI stub, not compressed
     */
    public UkiBuilder(Path stub, Path kernel) {
        this.stub = stub;
        this.kernel = kernel;
    }

    /** Adds an initrd; the kernel unpacks them in the order they are added. */
    public UkiBuilder initrd(Path file) {
        initrds.add(file);
        return this;
    }

    /** The kernel's command line; runs of blanks and line ends become one blank. */
    public UkiBuilder commandLine(String text) {
        return text(".cmdline", String.join(" ", text.strip().split("\\s+")));
    }

    /** The kernel's command line, byte for byte. */
    public UkiBuilder commandLineVerbatim(String text) {
        return text(".cmdline", text);
    }

    /** The content of the os-release file that describes what is booted. */
    public UkiBuilder osRelease(String text) {
        return text(".osrel", text);
    }

    /** What {@code uname -r} will say; read from the kernel when not given, left out when empty. */
    public UkiBuilder kernelVersion(String text) {
        return text(".uname", text);
    }

    /** Adds SBAT lines, with their header line, instead of the line that says that this is a UKI. */
    public UkiBuilder sbat(String csv) {
        sbat.add(csv);
        return this;
    }

    /**
     * Any other section.
     *
     * @param name a dot and up to seven more characters
     * @throws PeException when the name is none for this, or has been given
     * @throws IOException when the file cannot be read
     */
    public UkiBuilder section(String name, Path file) throws IOException {
        boolean printable = name.chars().allMatch(c -> c > ' ' && c < 0x7F);
        boolean reserved = List.of(".linux", ".initrd", ".sbat").contains(name);
        if (!printable || !name.startsWith(".") || name.length() < 2 || name.length() > MAX_NAME || reserved) {
            throw new PeException(
                    "a section of one's own is named by a dot and one to seven letters, and not .linux, .initrd "
                            + "or .sbat, but this is '" + name + "'");
        }
        if (sections.put(name, SectionContent.ofFiles(List.of(file))) != null) {
            throw new PeException("the section " + name + " is given twice");
        }
        return this;
    }

    /**
     * Builds the image. The file has either its old content or all of the new one at any time.
     *
     * @param output where it goes
     * @return its size in bytes
     * @throws PeException when stub or kernel are not what they should be, or something does not fit
     * @throws IOException when a file cannot be read or written
     */
    public long build(Path output) throws IOException {
        UkiImage image = assemble();
        Path target = output.toAbsolutePath();
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + Long.toHexString(System.nanoTime()));
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                image.writeTo(channel);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return image.size();
    }

    private UkiImage assemble() throws IOException {
        if (Files.size(stub) > MAX_STUB) {
            throw new PeException(stub + " has " + Files.size(stub) + " bytes, which is too much for a stub");
        }
        PeFile stubPe = PeFile.read(stub);
        KernelImage kernelImage = KernelImage.read(kernel);
        check(stubPe, kernelImage);
        UkiImage image = new UkiImage(Files.readAllBytes(stub), stubPe);
        Map<String, SectionContent> all = contents();
        for (String name : ORDER) {
            SectionContent content = all.remove(name);
            put(image, name, content == null ? SectionContent.of("") : content);
        }
        for (Map.Entry<String, SectionContent> other : all.entrySet()) {
            put(image, other.getKey(), other.getValue());
        }
        image.put(".sbat", SectionContent.of(mergedSbat(image, stubPe, kernelImage)));
        if ((kernelImage.pe().dllCharacteristics() & PeFile.NX_COMPATIBLE) == 0) {
            image.clearDllCharacteristic(PeFile.NX_COMPATIBLE);
        }
        return image;
    }

    private void check(PeFile stubPe, KernelImage kernelImage) throws PeException {
        if (stubPe.isSigned()) {
            throw new PeException(
                    stub + " is a signed program: adding to it would break the signature, so take a plain stub");
        }
        if (stubPe.subsystem() != PeFile.EFI_APPLICATION
                || stubPe.section(".linux").isPresent()
                || stubPe.sections().isEmpty()) {
            throw new PeException(stub + " is no EFI stub: take linuxx64.efi.stub of package systemd-boot-efi");
        }
        if (stubPe.machine() != kernelImage.pe().machine()) {
            throw new PeException("stub and kernel are for different processors: " + stub + " for " + name(stubPe)
                    + ", " + kernel + " for " + name(kernelImage.pe()));
        }
    }

    private static String name(PeFile pe) {
        return pe.architecture().map(EfiArchitecture::suffix).orElse("0x" + Integer.toHexString(pe.machine()));
    }

    private Map<String, SectionContent> contents() throws IOException {
        Map<String, SectionContent> all = new LinkedHashMap<>(sections);
        all.put(".linux", SectionContent.ofFiles(List.of(kernel)));
        if (!initrds.isEmpty()) {
            all.put(".initrd", SectionContent.ofFiles(initrds));
        }
        if (!all.containsKey(".uname")) {
            KernelVersion.of(kernel).ifPresent(version -> all.put(".uname", SectionContent.of(version)));
        }
        return all;
    }

    /** Sections without content would confuse tools that map them. */
    private static void put(UkiImage image, String name, SectionContent content) throws IOException {
        if (content.size() > 0) {
            image.put(name, content);
        }
    }

    private String mergedSbat(UkiImage image, PeFile stubPe, KernelImage kernelImage) throws IOException {
        List<String> parts = new ArrayList<>();
        Optional<PeSection> ofStub = stubPe.section(".sbat");
        if (ofStub.isPresent()) {
            parts.add(text(image.stubContent(ofStub.get())));
        }
        Optional<PeSection> ofKernel = kernelImage.pe().section(".sbat");
        if (ofKernel.isPresent()) {
            parts.add(text(SectionReader.read(kernel, ofKernel.get())));
        }
        return Sbat.merge(parts, sbat);
    }

    private static String text(byte[] content) {
        return SectionReader.withoutTrailingNuls(new String(content, StandardCharsets.UTF_8));
    }

    private UkiBuilder text(String section, String text) {
        sections.put(section, SectionContent.of(text));
        return this;
    }
}
