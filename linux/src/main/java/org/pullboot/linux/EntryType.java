package org.pullboot.linux;

/** What an entry of a directory is, as in inode(7). */
public enum EntryType {
    REGULAR(0100000),
    DIRECTORY(0040000),
    SYMBOLIC_LINK(0120000),
    CHARACTER_DEVICE(0020000),
    BLOCK_DEVICE(0060000),
    FIFO(0010000),
    SOCKET(0140000);

    private static final int MASK = 0170000;

    private final int bits;

    EntryType(int bits) {
        this.bits = bits;
    }

    /** Its bits in a mode, as {@code S_IFMT} masks them. */
    int bits() {
        return bits;
    }

    static EntryType of(int mode) {
        for (EntryType type : values()) {
            if (type.bits == (mode & MASK)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no kind of file has the mode " + Integer.toOctalString(mode));
    }
}
