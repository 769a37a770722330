package org.pullboot.uki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The EFI program at the beginning of a UKI, from systemd-boot-efi.
 *
 * @param file where it is
 * @param architecture the processor it is for
 * @param version as the stub tells it, such as {@code 252.39-1~deb12u2}; empty when it tells none
 */
public record Stub(Path file, EfiArchitecture architecture, String version) {
    /** The oldest systemd whose stub Pullboot is tried with. */
    public static final int MIN_VERSION = 252;

    /** The first systemd whose stub tells the system the URL it was booted from. */
    public static final int URL_VERSION = 258;

    /** The first systemd whose stub chooses among profiles. */
    public static final int PROFILE_VERSION = 257;

    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/usr/local/lib/systemd/boot/efi"), Path.of("/usr/lib/systemd/boot/efi"));

    private static final Pattern MARK = Pattern.compile("#### LoaderInfo: systemd-stub ((\\d{1,9})[^ ]*) ####");

    /**
     * Finds the stub for a processor where systemd-boot-efi puts it.
     *
     * @throws PeException when there is none, or it is none that can be used
     * @throws IOException when it cannot be read
     */
    public static Stub find(EfiArchitecture architecture) throws IOException {
        return find(architecture, DIRECTORIES);
    }

    /**
     * Finds the stub of addons, which runs nothing.
     *
     * @throws PeException when there is none
     */
    public static Path findAddon(EfiArchitecture architecture) throws PeException {
        return find("addon" + architecture.suffix() + ".efi.stub", DIRECTORIES);
    }

    static Stub find(EfiArchitecture architecture, List<Path> directories) throws IOException {
        return read(find("linux" + architecture.suffix() + ".efi.stub", directories), architecture);
    }

    private static Path find(String name, List<Path> directories) throws PeException {
        for (Path directory : directories) {
            if (Files.isRegularFile(directory.resolve(name))) {
                return directory.resolve(name);
            }
        }
        throw new PeException("there is no EFI stub " + directories.getLast().resolve(name)
                + ": install systemd-boot-efi (Debian, Ubuntu) or systemd-boot (Fedora), or name a stub");
    }

    /** Whether the system it boots can learn the URL from it; from older ones only the boot entry or command line tells. */
    public boolean tellsUrl() {
        int major = major(version);
        return major < 0 || major >= URL_VERSION;
    }

    /** Whether it chooses among the profiles of a UKI; one that does not say its version is not trusted with them. */
    public boolean knowsProfiles() {
        return major(version) >= PROFILE_VERSION;
    }

    /**
     * The stub in this file.
     *
     * @throws PeException when it is none, or none that can be used
     * @throws IOException when it cannot be read
     */
    public static Stub read(Path file, EfiArchitecture architecture) throws IOException {
        PeFile pe = PeFile.read(file);
        if (!pe.architecture().equals(Optional.of(architecture))) {
            throw new PeException(
                    file + " is a stub for another processor: expected " + architecture.suffix() + ", found "
                            + pe.architecture()
                                    .map(EfiArchitecture::suffix)
                                    .orElse("machine 0x" + Integer.toHexString(pe.machine())));
        }
        String version = "";
        Optional<PeSection> mark = pe.section(".sdmagic");
        if (mark.isPresent() && mark.get().contentSize() <= SectionReader.MAX_TEXT) {
            String text = new String(SectionReader.read(file, mark.get()), StandardCharsets.ISO_8859_1);
            Matcher matcher = MARK.matcher(text);
            version = matcher.find() ? matcher.group(1) : "";
        }
        int major = major(version);
        if (major >= 0 && major < MIN_VERSION) {
            throw new PeException(file + " is of systemd " + version + ": Pullboot needs a stub of systemd "
                    + MIN_VERSION + " or newer");
        }
        return new Stub(file, architecture, version);
    }

    private static int major(String version) {
        int end = 0;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == 0 ? -1 : Integer.parseInt(version.substring(0, end));
    }
}
