package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A kernel with its modules.
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
     * @throws InitrdException when one of them is not what it should be
     */
    public static KernelTree of(Path kernel, Path modules) throws IOException {
        if (!Files.isRegularFile(kernel)) {
            throw new InitrdException("no kernel at '" + kernel + "': give the file, such as /boot/vmlinuz-VERSION");
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
        return new KernelTree(directory.getFileName().toString(), kernel, directory);
    }

    /**
     * The kernel in the root directory of an installed system, or of unpacked packages: of several the newest.
     *
     * @param version the one to take instead
     * @throws InitrdException when there is none
     */
    public static KernelTree inRoot(Path root, Optional<String> version) throws IOException {
        List<KernelTree> found = new ArrayList<>();
        for (String parent : List.of("usr/lib/modules", "lib/modules")) {
            for (Path modules : moduleDirectories(root.resolve(parent))) {
                String name = modules.getFileName().toString();
                kernel(root, modules, name).ifPresent(kernel -> found.add(new KernelTree(name, kernel, modules)));
            }
        }
        Optional<KernelTree> newest = found.stream()
                .filter(tree -> version.isEmpty() || version.get().equals(tree.version()))
                .max(Comparator.comparing(KernelTree::version, KernelVersionOrder.INSTANCE));
        if (newest.isEmpty()) {
            throw new InitrdException("no kernel" + version.map(v -> " " + v).orElse("") + " with its modules in '"
                    + root + "': looked for usr/lib/modules/VERSION with boot/vmlinuz-VERSION or vmlinuz in it");
        }
        return newest.get();
    }

    private static Optional<Path> kernel(Path root, Path modules, String version) {
        return Stream.of(
                        modules.resolve("vmlinuz"),
                        root.resolve("boot/vmlinuz-" + version),
                        root.resolve("boot/vmlinux-" + version),
                        root.resolve("boot/Image-" + version))
                .filter(Files::isRegularFile)
                .findFirst();
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
