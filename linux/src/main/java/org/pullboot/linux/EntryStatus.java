package org.pullboot.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What statx(2) says of an entry of a directory; of a symbolic link itself, not of what it leads to.
 *
 * @param type what it is
 * @param permissions the lower 12 bits of the mode: permissions, set-user-id, set-group-id, sticky
 * @param uid the owner's number
 * @param gid the group's number
 * @param size of a regular file, in bytes
 * @param links how many names it has
 * @param mtimeSeconds when its content changed last, in seconds since 1970
 * @param mtimeNanos the rest of that, 0 to 999999999
 * @param major of a device node
 * @param minor of a device node
 */
public record EntryStatus(
        EntryType type,
        int permissions,
        int uid,
        int gid,
        long size,
        int links,
        long mtimeSeconds,
        int mtimeNanos,
        int major,
        int minor) {
    static final int STATX_BYTES = 256;
    static final int STATX_BASIC_STATS = 0x7FF;

    private static final int PERMISSIONS = 07777;

    static EntryStatus of(MemorySegment statx) {
        int mode = statx.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF;
        return new EntryStatus(
                EntryType.of(mode),
                mode & PERMISSIONS,
                statx.get(ValueLayout.JAVA_INT, 20),
                statx.get(ValueLayout.JAVA_INT, 24),
                statx.get(ValueLayout.JAVA_LONG, 40),
                statx.get(ValueLayout.JAVA_INT, 16),
                statx.get(ValueLayout.JAVA_LONG, 112),
                statx.get(ValueLayout.JAVA_INT, 120),
                statx.get(ValueLayout.JAVA_INT, 128),
                statx.get(ValueLayout.JAVA_INT, 132));
    }
}
