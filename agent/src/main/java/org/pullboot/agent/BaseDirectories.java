package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * What a system that is all in /usr needs in its root before its first program can start: the links that lead to its
 * programs and their loader. Directories for the rest are made when the root is switched to, and by the system itself.
 */
final class BaseDirectories {
    private static final String[] IN_USR = {"bin", "sbin", "lib", "lib64"};

    private BaseDirectories() {}

    /**
     * Makes the links that are missing.
     *
     * @param root where /usr is mounted
     */
    static void complete(Path root) throws IOException {
        for (String name : IN_USR) {
            Path link = root.resolve(name);
            Path target = Path.of("usr", name);
            if (Files.exists(root.resolve(target)) && !Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, target);
            }
        }
    }
}
