package org.pullboot.pull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Directory;
import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;

/**
 * A hidden directory beside what a pull makes, where it is made: what is renamed out of it appears whole, and on the same
 * file system. It is locked for as long as it is in use, so that those of runs that died are told from those of others
 * that go on. Used by one thread.
 */
final class Staging {
    private static final String PREFIX = ".#pullboot-";

    private final Path path;
    private final Directory lock;

    private Staging(Path path, Directory lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes one, and removes what runs that died have left in the same directory.
     *
     * @param parent the directory, which must exist
     */
    static Staging in(Path parent, PullListener listener) throws IOException {
        removeLeftovers(parent, listener);
        for (long mark = System.nanoTime(); ; mark++) {
            Path path = parent.resolve(PREFIX + Long.toHexString(mark));
            try {
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException taken) {
                continue;
            }
            Directory lock = tryLock(path);
            if (lock != null) {
                return new Staging(path, lock);
            }
            // Another run took it for a leftover in the instant before it was locked, and removes it.
        }
    }

    private static void removeLeftovers(Path parent, PullListener listener) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
            for (Path leftover : entries) {
                if (!String.valueOf(leftover.getFileName()).startsWith(PREFIX)) {
                    continue;
                }
                try {
                    if (!Files.isDirectory(leftover, LinkOption.NOFOLLOW_LINKS)) {
                        continue;
                    }
                    Directory lock = tryLock(leftover);
                    if (lock != null) {
                        new Staging(leftover, lock).remove();
                    }
                } catch (IOException e) {
                    listener.warns(
                            "what a pull that died has left in " + leftover + " cannot be removed: " + e.getMessage());
                }
            }
        }
    }

    /** Opens and locks a directory, unless another has locked or removed it. */
    private static @Nullable Directory tryLock(Path path) throws IOException {
        Directory directory;
        try {
            directory = Directory.open(path);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
        boolean locked = false;
        try {
            locked = directory.tryLock() && isThere(directory);
        } finally {
            if (!locked) {
                directory.close();
            }
        }
        return locked ? directory : null;
    }

    /** Whether an open directory still has its name; one that was removed takes no new entries. */
    private static boolean isThere(Directory directory) throws LinuxException {
        byte[] probe = "lock".getBytes(StandardCharsets.US_ASCII);
        try {
            directory.createFile(probe).close();
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
        return true;
    }

    /** The place of a file or directory that is made here. */
    Path resolve(String name) {
        return path.resolve(name);
    }

    Directory directory() {
        return lock;
    }

    /** Removes it with all that is in it. */
    void remove() throws IOException {
        try (lock) {
            lock.removeContent();
            Files.deleteIfExists(path);
        }
    }
}
