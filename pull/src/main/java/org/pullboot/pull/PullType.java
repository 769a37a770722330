package org.pullboot.pull;

/** How an image is installed: as a file that is a disk, or as a tree of files. */
public enum PullType {
    /** A disk image; becomes a regular file. */
    RAW,
    /** A tar archive; becomes a directory. */
    TAR
}
