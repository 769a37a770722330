package org.pullboot.generator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The units that are installed here, which tell what this systemd can do. */
final class SystemUnits {
    private static final List<String> DIRECTORIES = List.of(
            "etc/systemd/system",
            "run/systemd/system",
            "usr/local/lib/systemd/system",
            "usr/lib/systemd/system",
            "lib/systemd/system");
    private static final int UNIT_LIMIT = 1 << 20;

    private final Path root;

    SystemUnits(Path root) {
        this.root = root;
    }

    boolean has(String name) {
        for (String directory : DIRECTORIES) {
            if (Files.exists(root.resolve(directory).resolve(name))) {
                return true;
            }
        }
        return false;
    }

    /** Whether RestartSteps= and its kin are known: they came in version 254, and so did this target. */
    boolean restartsInSteps() {
        return has("soft-reboot.target");
    }

    /**
     * Whether something that brings the network up waits for sysinit.target itself, as NetworkManager does. Then
     * sysinit.target cannot wait for downloads: each would wait for the other.
     */
    boolean networkIsLate() throws IOException {
        for (String directory : DIRECTORIES) {
            Path wants = root.resolve(directory).resolve("network-online.target.wants");
            if (!Files.isDirectory(wants)) {
                continue;
            }
            try (DirectoryStream<Path> units = Files.newDirectoryStream(wants)) {
                for (Path link : units) {
                    if (isLate(String.valueOf(link.getFileName()))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean isLate(String name) throws IOException {
        for (String directory : DIRECTORIES) {
            Path file = root.resolve(directory).resolve(name);
            if (Files.isRegularFile(file)) {
                byte[] content = Surroundings.file(file, UNIT_LIMIT).orElse(new byte[0]);
                String text = new String(content, StandardCharsets.ISO_8859_1);
                return !text.contains("DefaultDependencies=no") && !text.contains("DefaultDependencies=false");
            }
        }
        return false;
    }
}
