package org.pullboot.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.EntryType;

/**
 * The names of a container image's root file system, as its layers make it one after the other (OCI image specification,
 * "Image Layer Filesystem Changeset"); the bytes of files stay where they are.
 *
 * <p>A later entry replaces an earlier one, a directory only that of a lower layer. A file named {@code .wh.NAME} takes
 * NAME of the lower layers away, {@code .wh..wh..opq} all that they have in its directory, wherever in the layer it is.
 */
final class LayerTree {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String RESERVED = ".wh..wh.";

    private final LayerNode.Folder root = new LayerNode.Folder();
    private final int longestPath;

    LayerTree(int longestPath) {
        this.longestPath = longestPath;
    }

    LayerNode.Folder root() {
        return root;
    }

    /**
     * Takes an entry.
     *
     * @param layer the layer's number, from 1 on
     * @param number the entry's number in the layer
     * @throws ImageException when it cannot be there
     */
    void add(TarEntry entry, int layer, long number) throws ImageException {
        TarPath path = path(entry.path(), "the entry");
        TarExtraction.checkOwner(entry);
        boolean folder = entry.is(EntryType.DIRECTORY);
        if (path.isEmpty()) {
            if (!folder) {
                throw new ImageException("a layer has an entry without a name: it is refused");
            }
            root.entry = entry;
            return;
        }
        String name = LayerNode.key(path.name());
        byte[] parent = path.parent().bytes();
        if (LayerNode.key(parent).startsWith(WHITEOUT) || LayerNode.key(parent).contains("/" + WHITEOUT)) {
            throw new ImageException("'" + entry + "' in a layer is beneath a name that begins with " + WHITEOUT
                    + ", which is no directory: the layer is refused");
        }
        if (name.startsWith(WHITEOUT)) {
            whiteout(name, parent, entry, layer);
            return;
        }
        LayerNode.Folder in = new LayerPath(root, longestPath, name.length(), layer).folder(parent);
        if (in == null) {
            throw new AssertionError("what is missing is made");
        }
        LayerNode before = in.children.get(name);
        if (folder) {
            LayerNode.Folder made = before instanceof LayerNode.Folder present ? present : new LayerNode.Folder();
            made.entry = entry;
            put(in, name, made, layer);
            return;
        }
        LayerNode.Content content = entry.isHardLink() ? target(entry) : new LayerNode.Content(entry, layer, number);
        if (before instanceof LayerNode.Folder && before.isOf(layer)) {
            throw new ImageException(
                    "'" + entry + "' in a layer is a directory and later something else: the layer is refused");
        }
        put(in, name, new LayerNode.Name(content), layer);
    }

    private static void put(LayerNode.Folder in, String name, LayerNode node, int layer) {
        node.touch(layer);
        in.children.put(name, node);
    }

    /** Some tools begin the names in their layers with a slash; the root they mean is the image's. */
    private static TarPath path(byte[] raw, String what) throws ImageException {
        int start = 0;
        while (start < raw.length && raw[start] == '/') {
            start++;
        }
        return TarPath.of(start == 0 ? raw : Arrays.copyOfRange(raw, start, raw.length), what);
    }

    private LayerNode.Content target(TarEntry link) throws ImageException {
        TarPath path = path(link.linkTarget(), "the target of the hard link '" + link + "',");
        if (!path.isEmpty()) {
            LayerNode.@Nullable Folder in =
                    new LayerPath(root, longestPath, 0, 0).folder(path.parent().bytes());
            if (in != null && in.children.get(LayerNode.key(path.name())) instanceof LayerNode.Name name) {
                return name.content;
            }
        }
        throw new ImageException("the hard link '" + link + "' leads to '" + TarEntry.text(link.linkTarget())
                + "', which is no file of this layer or those below it: the layer is refused");
    }

    private void whiteout(String name, byte[] parent, TarEntry entry, int layer) throws ImageException {
        LayerNode.@Nullable Folder in = new LayerPath(root, longestPath, 0, 0).folder(parent);
        if (name.equals(OPAQUE)) {
            if (in != null) {
                in.prune(layer);
            }
            return;
        }
        // Others of the reserved names are notes that AUFS made for itself.
        if (name.startsWith(RESERVED)) {
            return;
        }
        String hidden = name.substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new ImageException("'" + entry + "' in a layer would remove the directory that it is in, or the one"
                    + " above: the layer is refused");
        }
        @Nullable LayerNode victim = in == null ? null : in.children.get(hidden);
        if (in != null && victim != null && !victim.isOf(layer)) {
            in.children.remove(hidden);
        } else if (victim instanceof LayerNode.Folder folder) {
            folder.prune(layer);
        }
    }

    /**
     * Whether a path leads to a file of this root file system, links followed.
     *
     * @param path from the root on
     */
    boolean hasFile(byte[] path) throws ImageException {
        byte[] place = path;
        for (int i = 0; i < LayerPath.MOST_LINKS; i++) {
            int slash = place.length - 1;
            while (slash >= 0 && place[slash] != '/') {
                slash--;
            }
            byte[] parent = Arrays.copyOf(place, Math.max(0, slash));
            String name = LayerNode.key(Arrays.copyOfRange(place, slash + 1, place.length));
            LayerNode.@Nullable Folder in = new LayerPath(root, longestPath, 0, 0).folder(parent);
            if (in == null || !(in.children.get(name) instanceof LayerNode.Name found)) {
                return false;
            }
            TarEntry entry = found.content.entry;
            if (!entry.is(EntryType.SYMBOLIC_LINK)) {
                return entry.is(EntryType.REGULAR);
            }
            byte[] target = entry.linkTarget();
            place = target[0] == '/' ? target : TarPath.joined(parent, target);
        }
        return false;
    }
}
