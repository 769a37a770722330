package org.pullboot.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A name in a {@link LayerTree}, and what it stands for. */
abstract sealed class LayerNode {
    /** The last layer that made, changed or went through it; a whiteout in that layer leaves it alone. */
    private int layer;

    boolean isOf(int number) {
        return layer == number;
    }

    void touch(int number) {
        layer = number;
    }

    /** A directory; its names are their bytes as ISO 8859-1 says them, which loses none. */
    static final class Folder extends LayerNode {
        final TreeMap<String, LayerNode> children = new TreeMap<>();
        /** What the last layer that has an entry for it says; none when it only follows from what is in it. */
        @Nullable
        TarEntry entry;

        /** Removes what no entry of this layer made or needs, as a whiteout does. */
        void prune(int number) {
            children.values().removeIf(child -> !child.isOf(number));
            for (LayerNode child : children.values()) {
                if (child instanceof Folder folder) {
                    folder.prune(number);
                }
            }
        }
    }

    /** One of the names of a file. */
    static final class Name extends LayerNode {
        final Content content;

        Name(Content content) {
            this.content = content;
        }
    }

    /** What is not a directory; hard links share it. */
    static final class Content {
        final TarEntry entry;
        /** In which layer its bytes are, and as which entry of it. */
        final int layer;

        final long number;
        /** Where it is in the end, in order. */
        final List<byte[]> places = new ArrayList<>(1);

        Content(TarEntry entry, int layer, long number) {
            this.entry = entry;
            this.layer = layer;
            this.number = number;
        }
    }

    static String key(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.ISO_8859_1);
    }
}
