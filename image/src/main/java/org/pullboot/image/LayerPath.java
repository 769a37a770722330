package org.pullboot.image;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.EntryType;

/**
 * A way through a {@link LayerTree} that follows symbolic links as a process does whose root the tree is: none leads out
 * of it, and ".." at the root is the root. Used once.
 */
final class LayerPath {
    static final int MOST_LINKS = 40;

    private final int longest;
    private final int layer;
    private final Deque<LayerNode.Folder> folders = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();
    private int length;
    private int links;

    /**
     * @param longest the most bytes of the path once no link is in it
     * @param reserved how many of them are for what comes after this path
     * @param layer makes the directories that are missing and touches the others, for this layer; 0 only looks
     */
    LayerPath(LayerNode.Folder root, int longest, int reserved, int layer) {
        this.longest = longest;
        this.length = reserved;
        this.layer = layer;
        folders.push(root);
    }

    /**
     * The directory that a path leads to.
     *
     * @return {@code null} when it is not there, or no directory
     * @throws ImageException when it cannot be made where it should be, or the links lead round in circles
     */
    LayerNode.@Nullable Folder folder(byte[] path) throws ImageException {
        return walk(path, path) ? folders.getFirst() : null;
    }

    private boolean walk(byte[] path, byte[] whole) throws ImageException {
        if (path.length > 0 && path[0] == '/') {
            leave(folders.size() - 1);
        }
        for (int start = 0; start < path.length; ) {
            int end = start;
            while (end < path.length && path[end] != '/') {
                end++;
            }
            String name = LayerNode.key(Arrays.copyOfRange(path, start, end));
            start = end + 1;
            if (name.equals("..")) {
                leave(Math.min(1, folders.size() - 1));
            } else if (!name.isEmpty() && !name.equals(".") && !step(name, whole)) {
                return false;
            }
        }
        return true;
    }

    private void leave(int levels) {
        for (int i = 0; i < levels; i++) {
            folders.pop();
            length -= names.pop().length() + 1;
        }
    }

    private boolean step(String name, byte[] whole) throws ImageException {
        LayerNode.Folder in = folders.getFirst();
        LayerNode next = in.children.get(name);
        if (next instanceof LayerNode.Name link && link.content.entry.is(EntryType.SYMBOLIC_LINK)) {
            links++;
            if (links > MOST_LINKS) {
                throw new ImageException("'" + TarEntry.text(whole) + "' in a layer goes through more than "
                        + MOST_LINKS + " symbolic links: the layer is refused");
            }
            return walk(link.content.entry.linkTarget(), whole);
        }
        if (next == null && layer > 0) {
            next = new LayerNode.Folder();
            in.children.put(name, next);
        }
        if (!(next instanceof LayerNode.Folder folder)) {
            if (next != null && layer > 0) {
                throw new ImageException("'" + TarEntry.text(whole) + "' in a layer has entries beneath it but is no"
                        + " directory: the layer is refused");
            }
            return false;
        }
        length += name.length() + 1;
        if (length > longest) {
            throw new ImageException(
                    "'" + TarEntry.text(whole) + "' in a layer is, without the links in it, longer than" + " the "
                            + longest + " bytes allowed here");
        }
        if (layer > 0) {
            folder.touch(layer);
        }
        folders.push(folder);
        names.push(name);
        return true;
    }
}
