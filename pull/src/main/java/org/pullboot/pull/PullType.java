package org.pullboot.pull;

/** How an image is installed: as a file that is a disk, or as a tree of files. */
public enum PullType {
    /** A disk image; becomes a regular file. */
    RAW,
    /** A tar archive; becomes a directory. */
    TAR,
    /** An OCI or Docker image: layers that become one directory. Not in systemd's generator, which aborts on it. */
    OCI
}
