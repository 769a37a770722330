package org.pullboot.linux;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Empties a directory, with one descriptor open at a time however deep the tree is.
 *
 * <p>Every directory is opened anew by its whole path, through no symbolic link and into no other file system, so that
 * nothing beyond the tree can be reached.
 */
final class ContentRemoval {
    private final Directory root;
    private final Deque<byte[]> found = new ArrayDeque<>();
    /** Directories without files, each after those that it is in. */
    private final Deque<byte[]> emptied = new ArrayDeque<>();

    ContentRemoval(Directory root) {
        this.root = root;
    }

    void run() throws LinuxException {
        found.push(new byte[0]);
        while (!found.isEmpty()) {
            byte[] path = found.pop();
            removeFiles(path);
            if (path.length > 0) {
                emptied.push(path);
            }
        }
        for (byte[] path : emptied) {
            int slash = path.length - 1;
            while (slash >= 0 && path[slash] != '/') {
                slash--;
            }
            try (Directory parent = root.mine(Arrays.copyOf(path, Math.max(0, slash)))) {
                parent.removeDirectory(Arrays.copyOfRange(path, slash + 1, path.length));
            }
        }
    }

    private void removeFiles(byte[] path) throws LinuxException {
        try (Directory directory = root.mine(path)) {
            for (byte[] entry : directory.names()) {
                long result = directory.tryRemove(entry);
                if (result == -Errno.EISDIR.code()) {
                    found.push(path.length == 0 ? entry : joined(path, entry));
                } else {
                    directory.check(result, "remove ", entry);
                }
            }
        }
    }

    private static byte[] joined(byte[] path, byte[] entry) {
        byte[] joined = Arrays.copyOf(path, path.length + 1 + entry.length);
        joined[path.length] = '/';
        System.arraycopy(entry, 0, joined, path.length + 1, entry.length);
        return joined;
    }
}
