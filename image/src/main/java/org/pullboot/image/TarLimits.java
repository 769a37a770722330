package org.pullboot.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a tar archive may do when it is extracted.
 *
 * @param bytes the most bytes of the archive that are read and of content that is written
 * @param entries the most files, directories and links
 * @param nameBytes the longest path or link target
 * @param xattrBytes the most bytes of extended attributes of one file
 * @param asRoot whether owners, device nodes, set-user-id bits and privileged extended attributes are restored, which
 *     takes a privileged process; if not, everything belongs to the caller, those bits and attributes are left out, and
 *     a device node is an error
 */
public record TarLimits(long bytes, long entries, int nameBytes, int xattrBytes, boolean asRoot) {
    private static final int PATH_MAX = 4096;
    private static final int XATTR_MAX = 1 << 20;
    private static final long ENTRIES_MAX = 4_000_000;

    /** The largest archive that systemd takes too: 64 GiB. */
    public static final long DEFAULT_BYTES = 64L << 30;

    /** Limits for the root file system of an operating system, extracted by root. */
    public static TarLimits forRoot(long bytes) {
        return new TarLimits(bytes, ENTRIES_MAX, PATH_MAX, XATTR_MAX, true);
    }

    /**
     * Those for the root file system when this process is root's, who alone can give files away and make device nodes;
     * else those for files.
     *
     * @throws IOException when /proc is not there
     */
    public static TarLimits forThisProcess(long bytes) throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        return root ? forRoot(bytes) : forFiles(bytes);
    }

    /** Limits for files to look at, extracted by anyone. */
    public static TarLimits forFiles(long bytes) {
        return new TarLimits(bytes, ENTRIES_MAX, PATH_MAX, XATTR_MAX, false);
    }
}
