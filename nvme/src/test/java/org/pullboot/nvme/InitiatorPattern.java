package org.pullboot.nvme;

import java.nio.ByteBuffer;

/** What a block holds after its n-th write: other bytes for each block, each n and each seed. */
record InitiatorPattern(long seed) {
    private static final long STEP = 0xd1b5_4a32_d192_ed03L;

    /** Fills {@code bytes}, wholly; its length is a multiple of 8. */
    void fill(ByteBuffer bytes, long block, int generation) {
        long word = first(block, generation);
        for (int offset = 0; offset < bytes.capacity(); offset += Long.BYTES, word += STEP) {
            bytes.putLong(offset, word);
        }
    }

    /** The offset of the first byte that is not as {@link #fill} has put it; -1 when all are. */
    int mismatch(ByteBuffer bytes, long block, int generation) {
        long word = first(block, generation);
        for (int offset = 0; offset < bytes.capacity(); offset += Long.BYTES, word += STEP) {
            if (bytes.getLong(offset) != word) {
                return offset;
            }
        }
        return -1;
    }

    private long first(long block, int generation) {
        long mixed = seed ^ (block * 0x9e37_79b9_7f4a_7c15L) ^ ((long) generation << 40);
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ (mixed >>> 31);
    }
}
