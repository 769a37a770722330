package org.pullboot.linux;

/** How a file system is mounted, as in mount(2). */
public enum MountFlag {
    READ_ONLY(1),
    NO_SUID(2),
    NO_DEV(4),
    NO_EXEC(8),
    REMOUNT(0x20),
    NO_ATIME(0x400),
    NO_DIRECTORY_ATIME(0x800),
    BIND(0x1000),
    MOVE(0x2000),
    RECURSIVE(0x4000),
    PRIVATE(0x40000),
    RELATIVE_ATIME(0x200000),
    STRICT_ATIME(0x1000000),
    LAZY_TIME(0x2000000);

    private final long bits;

    MountFlag(long bits) {
        this.bits = bits;
    }

    static long bits(MountFlag... flags) {
        long all = 0;
        for (MountFlag flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
