package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real kernel for tests: that of the machine's own distribution, from its package archive. */
final class TestKernels {
    private static final Path DIRECTORY = Path.of("target", "kernel").toAbsolutePath();

    private TestKernels() {}

    /** The cloud kernel that apt knows, downloaded once for all tests. */
    static synchronized KernelTree cloud() throws IOException {
        Path files = DIRECTORY.resolve("files");
        if (!Files.exists(files)) {
            Path work = Files.createDirectories(DIRECTORY.resolve("work"));
            KernelTree.inPackages(packages(), work, Optional.empty());
            Files.move(work, files);
        }
        return KernelTree.inRoot(files, Optional.empty());
    }

    private static List<Path> packages() throws IOException {
        Path packages = Files.createDirectories(DIRECTORY.resolve("packages"));
        // The meta package names the one that holds the newest kernel.
        Tools.run(
                packages,
                "sh",
                "-c",
                "apt-get -q download $(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: //p' | head -n1)");
        try (Stream<Path> debs = Files.list(packages)) {
            return debs.filter(file -> file.toString().endsWith(".deb")).toList();
        }
    }
}
