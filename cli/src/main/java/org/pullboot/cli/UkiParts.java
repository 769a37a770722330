package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.pullboot.uki.EfiArchitecture;
import org.pullboot.uki.SectionContent;
import org.pullboot.uki.Stub;
import org.pullboot.uki.UkiBuilder;
import org.pullboot.uki.UkifyConfig;
import picocli.CommandLine.Option;

/** The options that say what goes into a UKI, named as ukify's, and the same from its configuration file. */
final class UkiParts {
    private static final List<String> CONTENT_KEYS = List.of(
            "Linux",
            "OSRelease",
            "Cmdline",
            "Initrd",
            "Firmware",
            "Microcode",
            "Splash",
            "DeviceTree",
            "DeviceTreeAuto",
            "Uname",
            "SBAT",
            "PCRPKey",
            "Profile");

    private static final Path HARDWARE_IDS = Path.of("/usr/lib/systemd/boot/hwids");

    @Option(names = "--linux", paramLabel = "FILE", description = "The kernel; without one the image is an addon.")
    private Optional<Path> linux = Optional.empty();

    @Option(names = "--initrd", paramLabel = "FILE", description = "An initrd; may be repeated.")
    private List<Path> initrds = List.of();

    @Option(names = "--cmdline", paramLabel = "TEXT|@FILE", description = "The kernel command line.")
    private Optional<String> cmdline = Optional.empty();

    @Option(
            names = "--os-release",
            paramLabel = "TEXT|@FILE",
            description = "What is booted (default: this machine's os-release; empty for none).")
    private Optional<String> osRelease = Optional.empty();

    @Option(names = "--uname", paramLabel = "VERSION", description = "The kernel's version (default: read from it).")
    private Optional<String> uname = Optional.empty();

    @Option(names = "--devicetree", paramLabel = "FILE", description = "The device tree for every machine.")
    private Optional<Path> deviceTree = Optional.empty();

    @Option(
            names = "--devicetree-auto",
            paramLabel = "FILE",
            description = "A device tree for the machines it is compatible with; may be repeated.")
    private List<Path> deviceTreesAuto = List.of();

    @Option(
            names = "--hwids",
            paramLabel = "DIR",
            description =
                    "JSON files that say which machine has which device tree (default: those of systemd; empty for none).")
    private Optional<String> hardwareIds = Optional.empty();

    @Option(
            names = "--efifw",
            paramLabel = "DIR",
            description = "A directory with one file, firmware for the machines that its name says; may be repeated.")
    private List<Path> firmware = List.of();

    @Option(names = "--microcode", paramLabel = "FILE", description = "An initrd with microcode for the processor.")
    private Optional<Path> microcode = Optional.empty();

    @Option(names = "--splash", paramLabel = "FILE", description = "The BMP picture to show.")
    private Optional<Path> splash = Optional.empty();

    @Option(names = "--pcrpkey", paramLabel = "FILE", description = "The public key of what signs PCR values.")
    private Optional<Path> pcrPublicKey = Optional.empty();

    @Option(names = "--sbat", paramLabel = "TEXT|@FILE", description = "SBAT lines with their header; may be repeated.")
    private List<String> sbat = List.of();

    @Option(
            names = "--section",
            paramLabel = "NAME:TEXT|NAME:@FILE",
            description = "Any other section, also as NAME=FILE; may be repeated.")
    private List<String> sections = List.of();

    @Option(
            names = "--profile",
            paramLabel = "TEXT|@FILE",
            description = "The profile's ID= and TITLE=; without --join-profile the image is a profile to be joined.")
    private Optional<String> profile = Optional.empty();

    @Option(names = "--join-profile", paramLabel = "FILE", description = "A profile to add; may be repeated.")
    private List<Path> joinProfiles = List.of();

    @Option(names = "--stub", paramLabel = "FILE", description = "The stub (default: systemd-boot-efi's).")
    private Optional<Path> stub = Optional.empty();

    @Option(
            names = "--efi-arch",
            paramLabel = "ARCH",
            description = "The processor it is for: x64, aa64 and so on (default: this machine's).")
    private Optional<String> architecture = Optional.empty();

    /** The kernel, if there is one. */
    Optional<Path> linux(UkifyConfig config) {
        return file(linux, config, "Linux");
    }

    /** Whether the public key of the PCR signatures is said. */
    boolean hasPcrPublicKey(UkifyConfig config) {
        return file(pcrPublicKey, config, "PCRPKey").isPresent();
    }

    /** Whether anything is said of what goes into an image. */
    boolean areGiven(UkifyConfig config) {
        boolean anyOption = Stream.of(
                        linux,
                        cmdline,
                        osRelease,
                        uname,
                        deviceTree,
                        hardwareIds.filter(directory -> !directory.isEmpty()),
                        microcode,
                        splash,
                        pcrPublicKey,
                        profile)
                .anyMatch(Optional::isPresent);
        boolean anyList = Stream.of(initrds, deviceTreesAuto, firmware, sbat, sections, joinProfiles)
                .anyMatch(list -> !list.isEmpty());
        return anyOption
                || anyList
                || CONTENT_KEYS.stream().anyMatch(key -> config.value(key).isPresent());
    }

    /** All that is said, ready to be built. */
    UkiBuilder builder(UkifyConfig config) throws IOException {
        EfiArchitecture processor = processor(config);
        Optional<Path> kernel = linux(config);
        Optional<Path> given = file(stub, config, "Stub");
        UkiBuilder builder = kernel.isPresent()
                ? new UkiBuilder(
                        given.isPresent() ? given.get() : Stub.find(processor).file(), kernel.get())
                : new UkiBuilder(given.isPresent() ? given.get() : Stub.findAddon(processor));
        texts(builder, config, kernel.isPresent());
        files(builder, config);
        hardware(builder, config, processor);
        for (String section : sections) {
            addSection(builder, section);
        }
        Optional<String> profileText = value(profile, config, "Profile");
        if (profileText.isPresent()) {
            builder.profile(text(profileText.get()));
        }
        joinProfiles.forEach(builder::joinProfile);
        return builder;
    }

    private EfiArchitecture processor(UkifyConfig config) {
        Optional<String> suffix = value(architecture, config, "EFIArch");
        if (suffix.isEmpty()) {
            return EfiArchitecture.ofHost();
        }
        return EfiArchitecture.ofSuffix(suffix.get())
                .orElseThrow(() -> new IllegalArgumentException("--efi-arch is one of "
                        + String.join(
                                ", ",
                                Stream.of(EfiArchitecture.values())
                                        .map(EfiArchitecture::suffix)
                                        .toList())
                        + ", not '" + suffix.get() + "'"));
    }

    private void texts(UkiBuilder builder, UkifyConfig config, boolean hasKernel) throws IOException {
        Optional<String> line = value(cmdline, config, "Cmdline");
        if (line.isPresent()) {
            if (isFile(line.get())) {
                builder.commandLine(SectionContent.of(pathOf(line.get())));
            } else {
                builder.commandLine(line.get());
            }
        }
        Optional<String> system = value(osRelease, config, "OSRelease");
        if (system.isEmpty() && hasKernel) {
            system = Optional.of(hostOsRelease());
        }
        if (system.isPresent()) {
            if (isFile(system.get())) {
                builder.osRelease(SectionContent.of(pathOf(system.get())));
            } else {
                builder.osRelease(system.get());
            }
        }
        value(uname, config, "Uname").ifPresent(builder::kernelVersion);
        List<String> lists = new ArrayList<>(config.value("SBAT").stream().toList());
        lists.addAll(sbat);
        for (String list : lists) {
            builder.sbat(text(list));
        }
    }

    private void files(UkiBuilder builder, UkifyConfig config) throws IOException {
        for (Path initrd : files(config.words("Initrd"), initrds)) {
            builder.initrd(initrd);
        }
        Optional<Path> picture = file(splash, config, "Splash");
        if (picture.isPresent()) {
            builder.splash(SectionContent.of(picture.get()));
        }
        Optional<Path> ucode = file(microcode, config, "Microcode");
        if (ucode.isPresent()) {
            builder.microcode(SectionContent.of(ucode.get()));
        }
        Optional<Path> key = file(pcrPublicKey, config, "PCRPKey");
        if (key.isPresent()) {
            builder.pcrPublicKey(SectionContent.of(key.get()));
        }
    }

    private void hardware(UkiBuilder builder, UkifyConfig config, EfiArchitecture processor) throws IOException {
        Optional<Path> tree = file(deviceTree, config, "DeviceTree");
        if (tree.isPresent()) {
            builder.deviceTree(SectionContent.of(tree.get()));
        }
        for (Path one : files(config.words("DeviceTreeAuto"), deviceTreesAuto)) {
            builder.deviceTreeAuto(SectionContent.of(one));
        }
        for (Path one : files(config.value("Firmware").stream().toList(), firmware)) {
            builder.firmware(one);
        }
        Path ofSystemd = HARDWARE_IDS.resolve(processor.suffix());
        Optional<String> directory = value(hardwareIds, config, "HWIDs");
        if (directory.isPresent() ? !directory.get().isEmpty() : Files.isDirectory(ofSystemd)) {
            builder.hardwareIds(directory.map(Path::of).orElse(ofSystemd));
        }
    }

    private static void addSection(UkiBuilder builder, String section) throws IOException {
        int end = 0;
        while (end < section.length() && section.charAt(end) != ':' && section.charAt(end) != '=') {
            end++;
        }
        if (end == section.length()) {
            throw new IllegalArgumentException(
                    "--section is NAME:TEXT, NAME:@FILE or NAME=FILE, not '" + section + "'");
        }
        String value = section.substring(end + 1);
        SectionContent content;
        if (section.charAt(end) == '=') {
            content = SectionContent.of(Path.of(value));
        } else {
            content = isFile(value) ? SectionContent.of(pathOf(value)) : SectionContent.of(value);
        }
        builder.section(section.substring(0, end), content);
    }

    private static Optional<String> value(Optional<String> option, UkifyConfig config, String key) {
        return option.or(() -> config.value(key));
    }

    private static Optional<Path> file(Optional<Path> option, UkifyConfig config, String key) {
        return option.or(() -> config.value(key).map(Path::of));
    }

    /** What the configuration says comes before what the command line says. */
    private static List<Path> files(List<String> configured, List<Path> option) {
        return Stream.concat(configured.stream().map(Path::of), option.stream()).toList();
    }

    private static String hostOsRelease() {
        return Files.exists(Path.of("/etc/os-release")) ? "@/etc/os-release" : "@/usr/lib/os-release";
    }

    private static boolean isFile(String argument) {
        return argument.startsWith("@");
    }

    private static Path pathOf(String argument) {
        return Path.of(argument.substring(1));
    }

    /** As ukify reads texts that it looks into: with one kind of line end. */
    private static String text(String argument) throws IOException {
        return isFile(argument)
                ? Files.readString(pathOf(argument)).replace("\r\n", "\n").replace('\r', '\n')
                : argument;
    }
}
