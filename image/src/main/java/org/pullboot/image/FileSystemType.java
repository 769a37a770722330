package org.pullboot.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What a partition or a bare image holds, told by its superblock. */
public enum FileSystemType {
    EXT2("ext2", true),
    EXT3("ext3", true),
    EXT4("ext4", true),
    EROFS("erofs", true),
    SQUASHFS("squashfs", true),
    BTRFS("btrfs", true),
    XFS("xfs", true),
    VFAT("vfat", true),
    F2FS("f2fs", true),
    ISO9660("iso9660", true),
    /** An encrypted container: nothing can be mounted before it is opened. */
    LUKS("crypto_LUKS", false),
    /** The hash tree that belongs to a file system elsewhere. */
    VERITY("DM_verity_hash", false),
    SWAP("swap", false);

    /** How many of the first bytes {@link #probe} wants; there may be fewer. */
    public static final int PROBE_BYTES = 0x10000 + 4096;

    private static final int EXT_SUPERBLOCK = 1024;
    private static final int EXT_MAGIC_AT = EXT_SUPERBLOCK + 56;
    private static final int EXT_COMPAT_AT = EXT_SUPERBLOCK + 92;
    private static final int EXT_INCOMPAT_AT = EXT_SUPERBLOCK + 96;
    private static final int EXT_RO_COMPAT_AT = EXT_SUPERBLOCK + 100;
    private static final int EXT_COMPAT_HAS_JOURNAL = 0x0004;
    /** Features that ext3 knows: filetype, recover, meta_bg. */
    private static final int EXT3_INCOMPAT = 0x0002 | 0x0004 | 0x0010;
    /** Features that ext3 knows: sparse_super, large_file, btree_dir. */
    private static final int EXT3_RO_COMPAT = 0x0001 | 0x0002 | 0x0004;

    private static final int BTRFS_MAGIC_AT = 0x10000 + 0x40;
    private static final int ISO_MAGIC_AT = 0x8000 + 1;

    private final String kernelName;
    private final boolean mountable;

    FileSystemType(String kernelName, boolean mountable) {
        this.kernelName = kernelName;
        this.mountable = mountable;
    }

    /** The name that mount(2) and blkid(8) have for it. */
    public String kernelName() {
        return kernelName;
    }

    /** Whether it is a file system that can be mounted as it is. */
    public boolean mountable() {
        return mountable;
    }

    /**
     * Tells what begins at the buffer's position.
     *
     * @param head the first bytes of the partition or image, {@link #PROBE_BYTES} if it has as many; left as it is
     */
    public static Optional<FileSystemType> probe(ByteBuffer head) {
        ByteBuffer in = head.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (has(in, 0, "LUKS\u00BA\u00BE") || has(in, 0, "SKUL\u00BA\u00BE")) {
            return Optional.of(LUKS);
        }
        if (has(in, 0, "verity\0\0")) {
            return Optional.of(VERITY);
        }
        if (has(in, 0, "XFSB")) {
            return Optional.of(XFS);
        }
        if (has(in, 0, "hsqs")) {
            return Optional.of(SQUASHFS);
        }
        if (has(in, BTRFS_MAGIC_AT, "_BHRfS_M")) {
            return Optional.of(BTRFS);
        }
        if (number(in, 1024, 4) == 0xE0F5E1E2L) {
            return Optional.of(EROFS);
        }
        if (number(in, 1024, 4) == 0xF2F52010L) {
            return Optional.of(F2FS);
        }
        if (number(in, EXT_MAGIC_AT, 2) == 0xEF53) {
            return Optional.of(ext(in));
        }
        if (has(in, 4096 - 10, "SWAPSPACE2")) {
            return Optional.of(SWAP);
        }
        if (has(in, ISO_MAGIC_AT, "CD001")) {
            return Optional.of(ISO9660);
        }
        return isFat(in) ? Optional.of(VFAT) : Optional.empty();
    }

    private static FileSystemType ext(ByteBuffer in) {
        long incompat = number(in, EXT_INCOMPAT_AT, 4);
        long roCompat = number(in, EXT_RO_COMPAT_AT, 4);
        if ((incompat & ~EXT3_INCOMPAT) != 0 || (roCompat & ~EXT3_RO_COMPAT) != 0) {
            return EXT4;
        }
        return (number(in, EXT_COMPAT_AT, 4) & EXT_COMPAT_HAS_JOURNAL) != 0 ? EXT3 : EXT2;
    }

    /** FAT has no magic number: its boot sector must make sense in all that every driver looks at. */
    private static boolean isFat(ByteBuffer in) {
        if (number(in, 510, 2) != 0xAA55) {
            return false;
        }
        long sectorBytes = number(in, 11, 2);
        long clusterSectors = number(in, 13, 1);
        long reserved = number(in, 14, 2);
        long fats = number(in, 16, 1);
        long media = number(in, 21, 1);
        return sectorBytes >= 512
                && sectorBytes <= 4096
                && Long.bitCount(sectorBytes) == 1
                && Long.bitCount(clusterSectors) == 1
                && reserved > 0
                && (fats == 1 || fats == 2)
                && (media == 0xF0 || media >= 0xF8)
                && (has(in, 82, "FAT32") || has(in, 54, "FAT"));
    }

    /** The unsigned little-endian number at an offset, -1 when there are not that many bytes. */
    private static long number(ByteBuffer in, int at, int bytes) {
        if (at + bytes > in.limit()) {
            return -1;
        }
        long number = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            number = (number << 8) | (in.get(at + i) & 0xFF);
        }
        return number;
    }

    /** Whether these bytes, each written as the character of its number, are at an offset. */
    static boolean has(ByteBuffer in, int at, String bytes) {
        if (at + bytes.length() > in.limit()) {
            return false;
        }
        for (int i = 0; i < bytes.length(); i++) {
            if ((in.get(at + i) & 0xFF) != bytes.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return kernelName;
    }
}
