package org.pullboot.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A tar archive of all modules of a kernel, for images that lack those of the kernel they are booted with.
 *
 * <p>Its members begin with {@code VERSION/}, so it is to be unpacked in the image's {@code /usr/lib/modules}. Modules are
 * as compressed as the kernel's packages have them; kmod's indexes are in it, so depmod need not run. The same tree gives
 * the same archive.
 */
public final class ModulesArchive {
    /** Large, and of no use to a booted system. */
    private static final Set<String> LEFT_OUT = Set.of("vmlinuz", "vmlinux", "System.map", "build", "source");

    private ModulesArchive() {}

    /**
     * Writes the archive.
     *
     * @param level of zstd, 1 to 19
     * @param output the file to write; replaced in one step
     * @return its size when decompressed, in bytes
     * @throws InitrdException when the module tree is damaged
     */
    public static long write(KernelTree kernel, int level, Path output) throws IOException {
        FileTree tree = tree(ModuleTree.of(kernel.modules()));
        long size = TarTree.write(tree, OutputStream.nullOutputStream());
        PublicFile.writeZstd(output, level, size, out -> TarTree.write(tree, out));
        return size;
    }

    private static FileTree tree(ModuleTree modules) throws IOException {
        FileTree tree = new FileTree();
        String version = modules.version() + "/";
        Path directory = modules.directory();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path path = directory.relativize(file);
                boolean made = path.getNameCount() == 1 && path.toString().startsWith("modules.");
                if (!made && !(path.getNameCount() == 1 && LEFT_OUT.contains(path.toString()))) {
                    tree.put(version + path, new FileTree.RegularFile(new FileTree.OnDisk(file), false));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        new KmodFiles(modules, modules.all(), KernelModule::path)
                .all()
                .forEach((name, bytes) -> tree.bytes(version + name, bytes));
        return tree;
    }
}
