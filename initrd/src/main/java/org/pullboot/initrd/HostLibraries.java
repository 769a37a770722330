package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The C libraries that the runtime and the agent are linked to, copied from this machine: the GNU C library and the
 * decompressors.
 *
 * <p>In the archive everything is below /usr, with /lib and /lib64 as links into it: so each library is in the directory
 * that this machine's own dynamic linker was built to look in.
 */
final class HostLibraries {
    private static final boolean ARM64 = "aarch64".equals(System.getProperty("os.arch"));
    private static final String INTERPRETER = ARM64 ? "lib/ld-linux-aarch64.so.1" : "lib64/ld-linux-x86-64.so.2";
    private static final String MULTIARCH = ARM64 ? "lib/aarch64-linux-gnu" : "lib/x86_64-linux-gnu";
    private static final List<String> DIRECTORIES = List.of(MULTIARCH, "lib64", "lib");

    /** All that the JVM's libraries name; the last three are empty since glibc 2.34. */
    private static final List<String> NEEDED =
            List.of("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1");

    /** Each by the names it has on one distribution or another. */
    private static final List<List<String>> DECOMPRESSORS =
            List.of(List.of("libzstd.so.1"), List.of("liblzma.so.5"), List.of("libbz2.so.1.0", "libbz2.so.1"));

    private final Path root;

    /**
     * @param root the root directory of the machine to copy from
     */
    HostLibraries(Path root) {
        this.root = root;
    }

    /**
     * Puts the libraries into the archive.
     *
     * @param jli where the launcher's library is in the archive: the dynamic linker cannot expand the $ORIGIN that leads
     *     the launcher to it as long as /proc is not mounted
     * @throws InitrdException when a library that the JVM needs is not on this machine
     */
    void addTo(FileTree tree, String jli) throws IOException {
        tree.symlink("lib", "usr/lib");
        tree.symlink("lib64", "usr/lib64");
        tree.put("usr/lib", new FileTree.Directory());
        tree.put("usr/lib64", new FileTree.Directory());
        Path interpreter = root.resolve(INTERPRETER);
        if (!Files.exists(interpreter)) {
            throw new InitrdException("no /" + INTERPRETER + " on this machine: the runtime needs the GNU C library");
        }
        tree.file("usr/" + INTERPRETER, interpreter.toRealPath());
        String directory = "usr/" + MULTIARCH;
        for (String name : NEEDED) {
            String found = find(name)
                    .orElseThrow(() -> new InitrdException(
                            "no " + name + " on this machine: the runtime needs the GNU C library"));
            tree.file("usr/" + found, root.resolve(found).toRealPath());
            directory = "usr/" + found.substring(0, found.lastIndexOf('/'));
        }
        for (List<String> names : DECOMPRESSORS) {
            for (String name : names) {
                Optional<String> found = find(name);
                if (found.isPresent()) {
                    tree.file("usr/" + found.get(), root.resolve(found.get()).toRealPath());
                }
            }
        }
        tree.symlink(directory + "/libjli.so", "/" + jli);
    }

    /** What of the decompressors this machine lacks: images compressed that way will not boot. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (List<String> names : DECOMPRESSORS) {
            if (names.stream().allMatch(name -> find(name).isEmpty())) {
                missing.add(names.getFirst());
            }
        }
        return missing;
    }

    private Optional<String> find(String name) {
        return DIRECTORIES.stream()
                .map(directory -> directory + "/" + name)
                .filter(path -> Files.isRegularFile(root.resolve(path)))
                .findFirst();
    }
}
