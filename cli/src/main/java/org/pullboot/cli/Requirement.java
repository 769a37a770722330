package org.pullboot.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Something of the machine that a command needs.
 *
 * @param purpose what it is for, as in "to boot virtual machines"
 * @param debianPackage the package that has it on Debian and Ubuntu
 * @param places programs by bare name (looked for in PATH and the sbin directories) or files by absolute path, whose last component
 *     may be a glob; one of them is enough
 */
record Requirement(String purpose, String debianPackage, List<String> places) {
    static final Requirement QEMU =
            new Requirement("to boot virtual machines", "qemu-system-x86", List.of("qemu-system-x86_64"));
    static final Requirement FIRMWARE = new Requirement(
            "the firmware of virtual machines",
            "ovmf",
            List.of(
                    "/usr/share/OVMF/OVMF_CODE*.fd",
                    "/usr/share/edk2/ovmf/OVMF_CODE*.fd",
                    "/usr/share/edk2/x64/OVMF_CODE*.fd"));
    static final Requirement SWTPM = new Requirement("the TPM of virtual machines", "swtpm", List.of("swtpm"));
    static final Requirement STUB = new Requirement(
            "the stub of unified kernel images",
            "systemd-boot-efi",
            List.of("/usr/lib/systemd/boot/efi/linuxx64.efi.stub", "/usr/lib/systemd/boot/efi/linuxaa64.efi.stub"));
    static final Requirement MMDEBSTRAP =
            new Requirement("to make the demo's image", "mmdebstrap", List.of("mmdebstrap"));
    static final Requirement ZSTD = new Requirement(
            "to read and write zstd", "libzstd1", List.of("/usr/lib/*/libzstd.so.1", "/usr/lib64/libzstd.so.1"));
    static final Requirement LZMA =
            new Requirement("to read xz", "liblzma5", List.of("/usr/lib/*/liblzma.so.5", "/usr/lib64/liblzma.so.5"));

    Requirement {
        places = List.copyOf(places);
    }

    boolean isMet() {
        return places.stream().anyMatch(Requirement::exists);
    }

    private static boolean exists(String place) {
        if (!place.startsWith("/")) {
            return onPath(place);
        }
        int glob = place.indexOf('*');
        if (glob < 0) {
            return Files.exists(Path.of(place));
        }
        Path directory = Path.of(place.substring(0, place.lastIndexOf('/', glob)));
        String rest = place.substring(place.lastIndexOf('/', glob) + 1);
        int slash = rest.indexOf('/');
        return matches(
                directory, slash < 0 ? rest : rest.substring(0, slash), slash < 0 ? "" : rest.substring(slash + 1));
    }

    private static boolean matches(Path directory, String glob, String below) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
            for (Path entry : entries) {
                if (Files.exists(entry.resolve(below))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
        for (String directory : path.split(":", -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
