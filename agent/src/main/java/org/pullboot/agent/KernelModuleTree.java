package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.pullboot.linux.Mounts;

/**
 * The modules of the running kernel, which the system needs for everything the initrd did not load: an image without
 * them gets them from outside.
 */
final class KernelModuleTree {
    private final Path root;
    private final String version;

    /**
     * Looks at nothing yet.
     *
     * @param root where the image's root file system is
     * @param version the running kernel's, as uname -r says it
     */
    KernelModuleTree(Path root, String version) {
        this.root = root;
        this.version = version;
    }

    /** Whether the image has the modules of this very kernel. */
    boolean isInImage() throws IOException {
        Optional<Path> tree = RootedPath.resolve(root, "/usr/lib/modules/" + version);
        if (tree.isEmpty()) {
            tree = RootedPath.resolve(root, "/lib/modules/" + version);
        }
        return tree.isPresent() && Files.isDirectory(tree.get()) && !isEmpty(tree.get());
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }

    /**
     * Finds the tree in what an archive of modules was unpacked to: archives differ in how much of the path they hold.
     *
     * @throws AgentException when it is for another kernel
     */
    Path inside(Path unpacked) throws AgentException {
        for (String prefix : new String[] {"usr/lib/modules/", "lib/modules/", ""}) {
            Path tree = unpacked.resolve(prefix + version);
            if (Files.isDirectory(tree)) {
                return tree;
            }
        }
        throw new AgentException("the archive of kernel modules has none for the running kernel " + version
                + ": build the UKI and the archive from the same kernel");
    }

    /** Copies a tree to where it outlives the initramfs. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                Path target = to.resolve(entry.getFileName());
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    copy(entry, target);
                } else {
                    Files.copy(entry, target, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    /**
     * Shows a tree at the place where the image's programs look for it. A read-only image must have a directory for
     * modules.
     *
     * @param tree holds kernel/, modules.dep and so on, in a place that stays
     */
    void show(Path tree) throws IOException {
        Path place = place();
        Path own = place.resolve(version);
        if (Files.isDirectory(place) && !Files.isWritable(place)) {
            Mounts.bind(tree.getParent() == null ? tree : tree.getParent(), place);
        } else {
            Files.createDirectories(own);
            Mounts.bind(tree, own);
        }
    }

    /** /usr/lib/modules, or /lib/modules when /lib is a directory of its own. */
    private Path place() throws IOException {
        Path lib = root.resolve("lib");
        if (Files.isDirectory(lib, LinkOption.NOFOLLOW_LINKS)) {
            return lib.resolve("modules");
        }
        Optional<Path> merged = RootedPath.resolve(root, "/lib");
        return merged.isPresent() ? merged.get().resolve("modules") : root.resolve("usr/lib/modules");
    }
}
