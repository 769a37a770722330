package org.pullboot.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.pullboot.linux.Directory;
import org.pullboot.linux.EntryStatus;
import org.pullboot.linux.EntryType;
import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;

/** A directory that holds an operating system, which is one that says so in an os-release(5) file. */
final class OsTree {
    private OsTree() {}

    /**
     * Moves an operating system that is in the one directory of a directory up into it, as systemd does it with
     * archives that were packed with the directory around them.
     *
     * @return whether there was one to move
     */
    static boolean hoist(Directory root) throws LinuxException {
        if (isOsTree(root)) {
            return false;
        }
        List<byte[]> names = root.names();
        if (names.size() != 1) {
            return false;
        }
        byte[] only = names.getFirst();
        Optional<EntryStatus> status = root.status(only);
        if (status.isEmpty() || status.get().type() != EntryType.DIRECTORY) {
            return false;
        }
        try (Directory top = root.directory(only)) {
            if (!isOsTree(top)) {
                return false;
            }
            List<byte[]> content = top.names();
            // One of the entries may have the very name of the directory that they are in.
            byte[] aside = unused(content);
            root.rename(only, root, aside);
            for (byte[] name : content) {
                top.rename(name, root, name);
            }
            root.removeDirectory(aside);
        }
        root.owner(status.get().uid(), status.get().gid());
        root.permissions(status.get().permissions());
        root.modified(status.get().mtimeSeconds(), status.get().mtimeNanos());
        return true;
    }

    static boolean isOsTree(Directory directory) throws LinuxException {
        return has(directory, "usr/lib", "os-release") || has(directory, "etc", "os-release");
    }

    private static boolean has(Directory directory, String path, String name) throws LinuxException {
        try (Directory parent = directory.directory(bytes(path))) {
            return parent.status(bytes(name)).isPresent();
        } catch (LinuxException e) {
            // No such directory, or a link that leads elsewhere: either way no such file in here.
            if (e.errno() == Errno.ENOENT
                    || e.errno() == Errno.ENOTDIR
                    || e.errno() == Errno.EXDEV
                    || e.errno() == Errno.ELOOP) {
                return false;
            }
            throw e;
        }
    }

    private static byte[] unused(List<byte[]> names) {
        List<byte[]> taken = new ArrayList<>(names);
        String name = ".#hoisted";
        while (contains(taken, bytes(name))) {
            name += "~";
        }
        return bytes(name);
    }

    private static boolean contains(List<byte[]> names, byte[] name) {
        for (byte[] present : names) {
            if (Arrays.equals(present, name)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
