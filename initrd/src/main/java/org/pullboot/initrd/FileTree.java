package org.pullboot.initrd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What an archive will hold: paths relative to its root, each a directory, a file or a symbolic link, kept in path
 * order, so that a directory comes before what is in it and the same content always makes the same archive.
 *
 * <p>Owners are root, times are 0, modes are 0755 or 0644.
 */
final class FileTree {
    /** One thing in the tree. */
    sealed interface Node {}

    /** A directory, mode 0755. */
    record Directory() implements Node {}

    /**
     * A symbolic link.
     *
     * @param target what it points to, not looked at
     */
    record Symlink(String target) implements Node {}

    /**
     * A regular file.
     *
     * @param content where its bytes come from
     * @param executable mode 0755 rather than 0644
     */
    record RegularFile(Content content, boolean executable) implements Node {}

    /** The bytes of a file, opened when the archive is written. */
    sealed interface Content {
        long size() throws IOException;

        InputStream open() throws IOException;
    }

    /** Bytes in memory. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and handed over by its maker
    record Bytes(byte[] bytes) implements Content {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /** The bytes of a file on disk, of which symbolic links are followed. */
    record OnDisk(Path path) implements Content {
        @Override
        public long size() throws IOException {
            return Files.size(path);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(path);
        }
    }

    private final NavigableMap<String, Node> nodes = new TreeMap<>();

    /**
     * Puts a node at a path, and the directories above it where there are none.
     *
     * @param path relative, without empty, "." or ".." components
     * @throws IllegalArgumentException when the path is none of ours, or is taken by something else
     */
    void put(String path, Node node) {
        for (String component : path.split("/", -1)) {
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                throw new IllegalArgumentException("'" + path + "' is no path inside an archive");
            }
        }
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            Node parent = nodes.computeIfAbsent(path.substring(0, slash), _ -> new Directory());
            if (!(parent instanceof Directory)) {
                throw new IllegalArgumentException("'" + path.substring(0, slash) + "' is no directory in the archive");
            }
        }
        Node old = nodes.putIfAbsent(path, node);
        if (old != null && !old.equals(node)) {
            throw new IllegalArgumentException("'" + path + "' is in the archive already");
        }
    }

    void text(String path, String text) {
        put(path, new RegularFile(new Bytes(text.getBytes(StandardCharsets.UTF_8)), false));
    }

    void bytes(String path, byte[] bytes) {
        put(path, new RegularFile(new Bytes(bytes), false));
    }

    void file(String path, Path from) {
        put(path, new RegularFile(new OnDisk(from), Files.isExecutable(from)));
    }

    void symlink(String path, String target) {
        put(path, new Symlink(target));
    }

    /** Everything in path order: a directory before what it holds. */
    Map<String, Node> nodes() {
        return nodes;
    }

    /** The bytes of all files whose path begins so. */
    long bytesUnder(String prefix) throws IOException {
        long sum = 0;
        for (Map.Entry<String, Node> entry : nodes.tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (entry.getValue() instanceof RegularFile file) {
                sum += file.content().size();
            }
        }
        return sum;
    }
}
