package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Finds files in a system that is not running yet: symbolic links in it mean what they will mean once it runs, so an
 * absolute one starts at its own root, and {@code ..} never leaves it.
 */
final class RootedPath {
    /** As many links as the kernel follows. */
    private static final int LINKS = 40;

    private RootedPath() {}

    /**
     * The file a path means once {@code root} is the root.
     *
     * @param path absolute, as seen in that system
     * @return nothing when it is not there
     * @throws IOException when a link cannot be read
     */
    static Optional<Path> resolve(Path root, String path) throws IOException {
        Deque<String> rest = new ArrayDeque<>();
        prepend(rest, path);
        Path at = root;
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.removeFirst();
            if (name.equals("..")) {
                at = at.equals(root) ? root : parent(at, root);
                continue;
            }
            Path next = at.resolve(name);
            if (Files.isSymbolicLink(next)) {
                if (++links > LINKS) {
                    return Optional.empty();
                }
                String target = Files.readSymbolicLink(next).toString();
                at = target.startsWith("/") ? root : at;
                prepend(rest, target);
            } else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                at = next;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(at);
    }

    private static Path parent(Path at, Path root) {
        Path parent = at.getParent();
        return parent == null ? root : parent;
    }

    private static void prepend(Deque<String> rest, String path) {
        int end = path.length();
        while (end > 0) {
            int slash = path.lastIndexOf('/', end - 1);
            String name = path.substring(slash + 1, end);
            if (!name.isEmpty() && !name.equals(".")) {
                rest.addFirst(name);
            }
            end = slash;
        }
    }
}
