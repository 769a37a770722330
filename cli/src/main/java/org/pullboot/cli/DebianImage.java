package org.pullboot.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.pullboot.image.Sha256;

/**
 * A small Debian system with a kernel in a tar, made by mmdebstrap from the archive that this machine's own apt uses. It says
 * on the console that it is there, and powers off. Made once and kept in the cache.
 */
final class DebianImage {
    /** What the system prints when it has come up. */
    static final String GREETING = "Pullboot demo: this is";

    private static final String UNIT = "pullboot-demo.service";

    private final Path cache;
    private final Runner runner;

    DebianImage(Path cache, Runner runner) {
        this.cache = cache;
        this.runner = runner;
    }

    /**
     * The image, made now if it was not made before.
     *
     * @throws IOException when a tool fails, with the tool's own last words
     */
    Path path() throws IOException, InterruptedException {
        Properties release = osRelease();
        String suite = release.getProperty("VERSION_CODENAME", "bookworm").replace("\"", "");
        boolean ubuntu = "ubuntu".equals(release.getProperty("ID", "").replace("\"", ""));
        List<String> recipe = new ArrayList<>(List.of(
                "mmdebstrap",
                "--quiet",
                "--variant=minbase",
                "--include=systemd-sysv,udev,kmod,"
                        + (ubuntu ? "linux-image-virtual" : "linux-image-cloud-" + architecture()),
                "--dpkgopt=force-confold",
                "--aptopt=APT::Install-Recommends \"false\"",
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-exclude=/usr/share/locale/*",
                // The initrd that Debian would make is not the one that boots: spare the minute it takes.
                "--essential-hook=mkdir -p \"$1\"/etc/initramfs-tools && echo update_initramfs=no >\"$1\"/etc/initramfs-tools/update-initramfs.conf",
                "--customize-hook=rm -f \"$1\"/boot/initrd.img* \"$1\"/etc/resolv.conf && echo pullboot-demo >\"$1\"/etc/hostname",
                "--customize-hook=chroot \"$1\" systemctl --quiet enable " + UNIT,
                "--customize-hook=chroot \"$1\" systemctl --quiet mask getty.target timers.target"));
        Path directory = Files.createDirectories(cache.resolve("demo"));
        Path image = directory.resolve("debian-" + suite + "-" + key(recipe) + ".tar.zst");
        if (!Files.exists(image)) {
            make(suite, recipe, directory, image);
        }
        return image;
    }

    private void make(String suite, List<String> recipe, Path directory, Path image)
            throws IOException, InterruptedException {
        Path unfinished = Files.createTempFile(directory, ".", ".tar.zst");
        Path files = Files.createTempDirectory("pullboot-demo");
        Path unit = files.resolve(UNIT);
        try {
            Files.write(unit, unit());
            List<String> command = new ArrayList<>(recipe);
            // Before the hooks that enable it.
            command.add(1, "--customize-hook=copy-in " + unit + " /etc/systemd/system");
            command.addAll(List.of(suite, unfinished.toString(), mirror()));
            runner.run("make the image", command);
            Files.move(unfinished, image, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
            Files.deleteIfExists(unit);
            Files.deleteIfExists(files);
        }
    }

    private static byte[] unit() throws IOException {
        try (InputStream unit = Objects.requireNonNull(DebianImage.class.getResourceAsStream(UNIT), UNIT)) {
            return unit.readAllBytes();
        }
    }

    private String mirror() throws IOException, InterruptedException {
        String targets = runner.run(
                "ask apt for its archive",
                List.of("apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)", "Created-By: Packages"));
        return targets.lines()
                .filter(line -> line.endsWith(" Debian") || line.endsWith(" Ubuntu"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .findFirst()
                .orElseThrow(
                        () -> new IOException(
                                "apt knows no Debian or Ubuntu archive here: run apt-get update, or serve an image of your own"));
    }

    private static Properties osRelease() throws IOException {
        Properties release = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("/etc/os-release"))) {
            release.load(reader);
        }
        return release;
    }

    private static String architecture() {
        return "aarch64".equals(System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) ? "arm64" : "amd64";
    }

    private static String key(List<String> recipe) throws IOException {
        MessageDigest digester = Sha256.digester();
        digester.update(String.join("\0", recipe).getBytes(StandardCharsets.UTF_8));
        return Sha256.of(digester.digest(unit())).hex().substring(0, 12);
    }
}
