package org.pullboot.pull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an image comes to be among the others of a machine.
 *
 * @param sideFiles which files from beside it come with it; none do when its digest is pinned, which says nothing of them
 * @param searchPath the directories in which no image of its name may be yet
 * @param replace whether it replaces what has its name, in one step
 * @param readOnlyTree whether a tree is made read-only when its request says so: a subvolume as such, else by the immutable
 *     flag of its top directory. Without this only files are
 * @param keepDownload whether the file is kept as it was transferred, hidden beside the image, and not transferred again
 *     while the server says that it is the same
 * @param convert whether a QEMU disk image (qcow2) becomes a raw one; for a while there must be room for both
 */
public record Installation(
        Set<SideFile> sideFiles,
        List<Path> searchPath,
        boolean replace,
        boolean readOnlyTree,
        boolean keepDownload,
        boolean convert) {
    /** Only the image itself, for one boot: an initrd's. */
    public static final Installation PLAIN = new Installation(Set.of(), List.of(), false, false, false, false);

    /** Copies the collections. */
    public Installation {
        sideFiles = Set.copyOf(sideFiles);
        searchPath = List.copyOf(searchPath);
    }

    /**
     * As systemd-importd(8) installs the images of an expression: with its side files, and under a name that is new in
     * all directories of its class.
     *
     * @param imageRoot the one directory that counts, instead of those of the class
     */
    public static Installation of(PullExpression expression, Optional<Path> imageRoot) {
        ImageClass imageClass = expression.imageClass();
        return new Installation(
                SideFile.of(expression.type(), imageClass),
                imageRoot.map(List::of).orElseGet(imageClass::searchPath),
                false,
                true,
                false,
                true);
    }

    /** The same, with these files from beside the image. */
    public Installation with(Set<SideFile> files) {
        return new Installation(files, searchPath, replace, readOnlyTree, keepDownload, convert);
    }

    /** The same, but what has the image's name is replaced. */
    public Installation replacing() {
        return new Installation(sideFiles, searchPath, true, readOnlyTree, keepDownload, convert);
    }

    /** The same, and the download is kept. */
    public Installation keeping() {
        return new Installation(sideFiles, searchPath, replace, readOnlyTree, true, convert);
    }
}
