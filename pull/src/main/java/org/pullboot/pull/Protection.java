package org.pullboot.pull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.pullboot.linux.Btrfs;
import org.pullboot.linux.Errno;
import org.pullboot.linux.ImmutableFlag;
import org.pullboot.linux.LinuxException;

/**
 * Trees that nobody shall write to: a subvolume as such, any other directory by its immutable flag, which keeps entries from
 * coming and going at its top.
 */
final class Protection {
    private Protection() {}

    /** Protects a tree; where the file system knows no such flag, it stays as it is. */
    static void set(Path tree, PullListener listener) throws IOException {
        if (Btrfs.readOnly(tree, true)) {
            return;
        }
        try {
            ImmutableFlag.set(tree, true);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOTTY && e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EPERM) {
                throw e;
            }
            listener.warns(tree + " cannot be made read-only: " + e.getMessage());
        }
    }

    /** Takes the protection of a tree away, so that it can be moved and removed. */
    static void lift(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                && !Btrfs.readOnly(path, false)
                && ImmutableFlag.isSet(path)) {
            ImmutableFlag.set(path, false);
        }
    }
}
