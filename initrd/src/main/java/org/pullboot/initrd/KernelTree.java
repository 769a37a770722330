package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.pullboot.image.DecompressedInputStream;

/**
 * A kernel with its modules, however a distribution packages them: bookworm's {@code /boot/vmlinuz-V} with {@code
 * /lib/modules/V}, trixie's with {@code /usr/lib/modules/V}, sid's {@code vmlinuz} inside of that.
 *
 * @param version as {@code uname -r} says it
 * @param kernel the kernel's file, such as a bzImage
 * @param modules the directory of its modules, named after the version
 */
public record KernelTree(String version, Path kernel, Path modules) {

    /**
     * A kernel whose parts are named one by one.
     *
     * @param modules the directory that is named after the version, or one such as {@code /usr/lib/modules} that holds
     *     a single such directory
     * @throws InitrdException when one of them is not what it should be, or they are of different versions
     */
    public static KernelTree of(Path kernel, Path modules) throws IOException {
        if (!Files.isRegularFile(kernel)) {
            throw new InitrdException("no kernel at '" + kernel + "': give the file, such as /boot/vmlinuz-VERSION");
        }
        if (!Files.isDirectory(modules)) {
            throw new InitrdException("no directory '" + modules
                    + "': give that of the kernel's modules, such as /usr/lib/modules/VERSION");
        }
        Path directory = modules.toRealPath();
        if (!isModuleDirectory(directory)) {
            List<Path> inside = moduleDirectories(directory);
            if (inside.size() != 1) {
                throw new InitrdException("expected a kernel's modules in '" + modules + "', found " + inside.size()
                        + " versions of them: give the directory VERSION of one");
            }
            directory = inside.getFirst();
        }
        String version = directory.getFileName().toString();
        Optional<String> own = KernelHeader.version(kernel);
        if (own.isPresent() && !own.get().equals(version)) {
            throw new InitrdException("'" + kernel + "' is kernel " + own.get() + ", but the modules in '" + directory
                    + "' are for " + version + ": give those of the same version");
        }
        return new KernelTree(version, kernel, directory);
    }

    /**
     * The kernel in the root directory of an installed system, or of unpacked packages: of several the newest.
     *
     * @param version the one to take instead
     * @throws InitrdException when there is none
     */
    public static KernelTree inRoot(Path root, Optional<String> version) throws IOException {
        return find(root, root.toString(), version);
    }

    /**
     * The kernel in Debian packages: {@code linux-image-*}, or {@code linux-binary-*}, {@code linux-modules-*} and
     * {@code linux-base-*} of one version.
     *
     * @param packages .deb files; those without kernel or modules do no harm
     * @param work an empty directory for the files, which must be kept as long as the kernel is used
     * @throws InitrdException when there is no kernel with modules in them
     */
    public static KernelTree inPackages(List<Path> packages, Path work, Optional<String> version) throws IOException {
        KernelFiles files = new KernelFiles(work);
        for (Path deb : packages) {
            try (InputStream in = DebPackage.files(deb)) {
                files.takeFrom(in);
            }
        }
        return find(work, "the packages " + packages, version);
    }

    /**
     * The kernel in an image that is a tar archive, compressed or not.
     *
     * @param image read to its end
     * @param work an empty directory for the files, which must be kept as long as the kernel is used
     * @throws InitrdException when there is no kernel with modules in it
     * @throws org.pullboot.image.ImageException when the archive is damaged
     */
    public static KernelTree inTar(InputStream image, Path work, Optional<String> version) throws IOException {
        new KernelFiles(work).takeFrom(DecompressedInputStream.of(image));
        return find(work, "the image", version);
    }

    /**
     * The kernel in an image that is a disk, or a bare file system, and not compressed. Its root partition is mounted
     * read-only for that, which needs root.
     *
     * @param work an empty directory for the files, which must be kept as long as the kernel is used
     * @throws InitrdException when there is no kernel with modules in it
     * @throws org.pullboot.image.ImageException when there is no root file system in it
     * @throws org.pullboot.linux.LinuxException when this user may not mount it
     */
    public static KernelTree inDisk(Path image, Path work, Optional<String> version) throws IOException {
        Path mountPoint = Files.createTempDirectory(work, "root-");
        try (DiskRoot root = DiskRoot.mount(image, mountPoint)) {
            KernelTree found = find(root.directory(), "'" + image + "'", version);
            Path copy = Files.createDirectories(work.resolve("usr/lib/modules/" + found.version()));
            FileTrees.copy(found.modules(), copy);
            Path kernel = copy.resolve("vmlinuz");
            if (!Files.exists(kernel)) {
                Files.copy(found.kernel(), kernel);
            }
            Path config = found.kernel().resolveSibling("config-" + found.version());
            if (Files.isRegularFile(config)
                    && isInside(root.directory(), config)
                    && !Files.exists(copy.resolve("config"))) {
                Files.copy(config, copy.resolve("config"));
            }
            return new KernelTree(found.version(), kernel, copy);
        } finally {
            Files.delete(mountPoint);
        }
    }

    private static KernelTree find(Path root, String where, Optional<String> version) throws IOException {
        List<KernelTree> found = new ArrayList<>();
        for (String parent : List.of("usr/lib/modules", "lib/modules")) {
            for (Path modules : moduleDirectories(root.resolve(parent))) {
                if (!isInside(root, modules)) {
                    continue;
                }
                String name = modules.getFileName().toString();
                kernel(root, modules, name).ifPresent(kernel -> found.add(new KernelTree(name, kernel, modules)));
            }
        }
        Optional<KernelTree> newest = found.stream()
                .filter(tree -> version.isEmpty() || version.get().equals(tree.version()))
                .max(Comparator.comparing(KernelTree::version, KernelVersionOrder.INSTANCE));
        if (newest.isEmpty()) {
            throw new InitrdException("no kernel" + version.map(v -> " " + v).orElse("") + " with its modules in "
                    + where + ": looked for usr/lib/modules/VERSION with vmlinuz in it or boot/vmlinuz-VERSION");
        }
        return newest.get();
    }

    private static Optional<Path> kernel(Path root, Path modules, String version) throws IOException {
        for (Path candidate : List.of(
                modules.resolve("vmlinuz"),
                root.resolve("boot/vmlinuz-" + version),
                root.resolve("boot/vmlinux-" + version),
                root.resolve("boot/Image-" + version))) {
            if (Files.isRegularFile(candidate) && isInside(root, candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Whether no symbolic link of an image leads out of it, to this machine's own files. */
    private static boolean isInside(Path root, Path path) throws IOException {
        return path.toRealPath().startsWith(root.toRealPath());
    }

    private static List<Path> moduleDirectories(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(KernelTree::isModuleDirectory).sorted().toList();
        }
    }

    private static boolean isModuleDirectory(Path directory) {
        return Files.isDirectory(directory.resolve("kernel"))
                || Files.isRegularFile(directory.resolve("modules.order"));
    }
}
