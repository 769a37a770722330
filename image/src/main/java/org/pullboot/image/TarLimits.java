package org.pullboot.image;

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

    /** Limits for files to look at, extracted by anyone. */
    public static TarLimits forFiles(long bytes) {
        return new TarLimits(bytes, ENTRIES_MAX, PATH_MAX, XATTR_MAX, false);
    }
}
