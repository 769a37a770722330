package org.pullboot.uki;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts a unified kernel image together (UAPI specification 5): a stub of systemd-boot-efi, a kernel, initrds and texts, by the
 * rules of ukify, so that the same input gives the same bytes as there. Without a kernel it becomes an addon. The result is not
 * signed. Not thread-safe.
 *
 * <p>With profiles: {@link #profile} names the one that is booted when nothing is said, and each {@code joinProfile} adds another,
 * which shares what it does not bring itself. With {@link #profile} alone the file is one to be joined to others.
 */
public final class UkiBuilder {
    /** In the order of ukify; what a caller names otherwise comes behind. */
    private static final List<String> ORDER = List.of(
            ".osrel",
            ".cmdline",
            ".dtb",
            ".dtbauto",
            ".hwids",
            ".uname",
            ".splash",
            ".pcrpkey",
            ".linux",
            ".initrd",
            ".efifw",
            ".ucode");

    private static final int MAX_NAME = 8;

    private final Path stub;
    private final @Nullable Path kernel;
    private final List<Path> initrds = new ArrayList<>();
    private final Map<String, List<SectionContent>> known = new HashMap<>();
    private final List<UkiSection> others = new ArrayList<>();
    private final List<String> sbat = new ArrayList<>();
    private final List<Joined> joined = new ArrayList<>();
    private Optional<String> profile = Optional.empty();
    private Optional<PcrSigner> signer = Optional.empty();
    private Optional<AuthenticodeSigner> kernelSigner = Optional.empty();
    private boolean kernelSignedAgain;

    /** A profile to add: sections at hand, or those of a file. */
    private sealed interface Joined {
        record Sections(List<UkiSection> sections) implements Joined {}

        record File(Path file) implements Joined {}
    }

    /**
     * Begins with what every UKI has.
     *
     * @param stub a linux*.efi.stub of systemd-boot-efi, see {@link Stub#find}
     * @param kernel a kernel with an EFI stub
     */
    public UkiBuilder(Path stub, Path kernel) {
        this.stub = stub;
        this.kernel = kernel;
    }

    /**
     * Begins an addon, or a profile that brings no kernel.
     *
     * @param stub an addon*.efi.stub of systemd-boot-efi, see {@link Stub#findAddon}
     */
    public UkiBuilder(Path stub) {
        this.stub = stub;
        this.kernel = null;
    }

    /** Adds an initrd; the kernel unpacks them in the order they are added. */
    public UkiBuilder initrd(Path file) {
        initrds.add(file);
        return this;
    }

    /** The kernel's command line; runs of blanks and line ends become one blank, and nothing makes no section. */
    public UkiBuilder commandLine(String text) {
        return text(".cmdline", String.join(" ", text.strip().split("\\s+")));
    }

    /** The kernel's command line, byte for byte. */
    public UkiBuilder commandLine(SectionContent content) {
        return put(".cmdline", content);
    }

    /** The os-release file that describes what is booted; nothing makes no section. */
    public UkiBuilder osRelease(String text) {
        return text(".osrel", text);
    }

    /** The os-release file that describes what is booted, byte for byte. */
    public UkiBuilder osRelease(SectionContent content) {
        return put(".osrel", content);
    }

    /** What {@code uname -r} will say; read from the kernel when not given, left out when empty. */
    public UkiBuilder kernelVersion(String text) {
        return text(".uname", text);
    }

    /** The BMP picture to show. */
    public UkiBuilder splash(SectionContent picture) {
        return put(".splash", picture);
    }

    /** An initrd with microcode for the processor, which comes before all others. */
    public UkiBuilder microcode(SectionContent initrd) {
        return put(".ucode", initrd);
    }

    /** The device tree for every machine. */
    public UkiBuilder deviceTree(SectionContent blob) {
        return put(".dtb", blob);
    }

    /** Adds a device tree for the machines it is compatible with, or that {@link #hardwareIds} name. */
    public UkiBuilder deviceTreeAuto(SectionContent blob) {
        return add(".dtbauto", blob);
    }

    /**
     * Says by which identifiers machines are known.
     *
     * @param directory of JSON files, as {@code /usr/lib/systemd/boot/hwids} has them
     * @throws PeException when one is not as it should be
     * @throws IOException when one cannot be read
     */
    public UkiBuilder hardwareIds(Path directory) throws IOException {
        return put(".hwids", HardwareIds.of(directory));
    }

    /**
     * Adds firmware for a kind of machine.
     *
     * @param directory with one file in it, the firmware; its name is by what {@link #hardwareIds} find it
     * @throws PeException when there is not one file in it
     * @throws IOException when it cannot be read
     */
    public UkiBuilder firmware(Path directory) throws IOException {
        return add(".efifw", EfiFirmware.of(directory));
    }

    /** The public key, in PEM, of what signs PCR values. */
    public UkiBuilder pcrPublicKey(SectionContent pem) {
        return put(".pcrpkey", pem);
    }

    /** Adds SBAT lines, with their header line, instead of the line that says what this is. */
    public UkiBuilder sbat(String csv) {
        sbat.add(csv);
        return this;
    }

    /** Names the profile that is booted when nothing is said: lines {@code ID=…} and {@code TITLE=…}. */
    public UkiBuilder profile(String text) {
        profile = text.isEmpty() ? Optional.empty() : Optional.of(text);
        return this;
    }

    /** Adds a profile from a file that was built with {@link #profile}. */
    public UkiBuilder joinProfile(Path file) {
        joined.add(new Joined.File(file));
        return this;
    }

    /**
     * Adds a profile.
     *
     * @param text its .profile section: lines {@code ID=…} and {@code TITLE=…}
     * @param sections what it has of its own, such as .cmdline, in the order of the file
     */
    public UkiBuilder joinProfile(String text, List<UkiSection> sections) {
        List<UkiSection> all = new ArrayList<>();
        all.add(new UkiSection(UkiSection.PROFILE, SectionContent.of(text)));
        all.addAll(sections);
        joined.add(new Joined.Sections(List.copyOf(all)));
        return this;
    }

    /** Puts behind each profile, and behind what stands before the first, what this says of it. */
    public UkiBuilder signPcrs(PcrSigner pcrSigner) {
        signer = Optional.of(pcrSigner);
        return this;
    }

    /**
     * Signs the kernel inside as well, for stubs that let the firmware verify it and for who takes it out.
     *
     * @param again whether one that is signed already gets a signature more; else it stays as it is
     */
    public UkiBuilder signKernel(AuthenticodeSigner kernelSigner, boolean again) {
        this.kernelSigner = Optional.of(kernelSigner);
        kernelSignedAgain = again;
        return this;
    }

    /**
     * Any other section.
     *
     * @param name up to eight characters of ASCII, with a dot by custom
     * @throws PeException when the name is none
     */
    public UkiBuilder section(String name, SectionContent content) throws PeException {
        if (name.isEmpty() || name.length() > MAX_NAME || !name.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new PeException(
                    "a section's name is one to eight characters of ASCII, such as .mine, but this is '" + name + "'");
        }
        others.add(new UkiSection(name, content));
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
        PeAssembly assembly = PeAssembly.ofStub(stub);
        if (kernel == null) {
            return write(assembly, Sbat.ofAddon(sbat), Map.of(), output);
        }
        try (KernelImage plain = KernelImage.read(kernel);
                KernelImage image = sign(plain)) {
            PeFile stubPe = assembly.stub();
            if (stubPe.machine() != image.pe().machine()) {
                throw new PeException("stub and kernel are for different processors: " + stub + " for " + name(stubPe)
                        + ", " + kernel + " for " + name(image.pe()));
            }
            List<String> lists = new ArrayList<>(Sbat.of(stub, stubPe));
            lists.addAll(Sbat.of(image.file(), image.pe()));
            Map<String, SectionContent> ofKernel = new HashMap<>();
            ofKernel.put(".linux", SectionContent.of(image.file()));
            if (!known.containsKey(".uname")) {
                KernelVersion.of(image.file()).ifPresent(version -> ofKernel.put(".uname", SectionContent.of(version)));
            }
            return write(assembly, Sbat.ofUki(lists, sbat), ofKernel, output);
        }
    }

    /** The same kernel when it is not to be signed; closing it twice does no harm. */
    private KernelImage sign(KernelImage plain) throws IOException {
        boolean wanted =
                kernelSigner.isPresent() && (kernelSignedAgain || !plain.pe().isSigned());
        return wanted ? plain.signed(kernelSigner.get()) : plain;
    }

    private long write(PeAssembly assembly, String sbatText, Map<String, SectionContent> ofKernel, Path output)
            throws IOException {
        for (UkiSection section : sections(sbatText, ofKernel).all()) {
            assembly.put(section.name(), section.content());
        }
        assembly.writeTo(output);
        return assembly.size();
    }

    private SectionList sections(String sbatText, Map<String, SectionContent> ofKernel) throws IOException {
        boolean alone = profile.isPresent() && joined.isEmpty();
        SectionList list = new SectionList();
        if (alone) {
            list.add(UkiSection.PROFILE, SectionContent.of(profile.get()));
        }
        if (!initrds.isEmpty()) {
            SectionContent all = SectionContent.joined(initrds);
            // As ukify: several empty ones are nothing.
            known.put(".initrd", initrds.size() > 1 && all.size() == 0 ? List.of() : List.of(all));
        }
        for (String name : ORDER) {
            SectionContent one = ofKernel.get(name);
            for (SectionContent content : one == null ? known.getOrDefault(name, List.of()) : List.of(one)) {
                list.add(name, content);
            }
        }
        for (UkiSection other : others) {
            list.add(other.name(), other.content());
        }
        // A file that brings a profile has no SBAT of its own.
        if (!alone) {
            list.add(".sbat", SectionContent.of(sbatText));
            addProfiles(list);
        }
        return list;
    }

    private void addProfiles(SectionList list) throws IOException {
        if (!joined.isEmpty()) {
            // Behind all that the profiles share, because what follows is its own.
            list.add(UkiSection.PROFILE, SectionContent.of(profile.orElse("ID=main")));
        }
        sign(list);
        for (Joined one : joined) {
            for (UkiSection section : sections(one)) {
                list.add(section.name(), section.content());
            }
            sign(list);
        }
    }

    private List<UkiSection> sections(Joined one) throws IOException {
        return switch (one) {
            case Joined.Sections(List<UkiSection> sections) -> sections;
            case Joined.File(Path file) ->
                ProfileImage.read(file, !known.getOrDefault(".osrel", List.of()).isEmpty());
        };
    }

    private void sign(SectionList list) throws IOException {
        if (signer.isPresent()) {
            list.sign(signer.get());
        }
    }

    private static String name(PeFile pe) {
        return pe.architecture().map(EfiArchitecture::suffix).orElse("0x" + Integer.toHexString(pe.machine()));
    }

    private UkiBuilder put(String name, SectionContent content) {
        known.put(name, List.of(content));
        return this;
    }

    private UkiBuilder add(String name, SectionContent content) {
        List<SectionContent> all = new ArrayList<>(known.getOrDefault(name, List.of()));
        all.add(content);
        known.put(name, all);
        return this;
    }

    private UkiBuilder text(String name, String text) {
        known.put(name, text.isEmpty() ? List.of() : List.of(SectionContent.of(text)));
        return this;
    }
}
