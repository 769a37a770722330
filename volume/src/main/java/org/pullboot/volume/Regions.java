package org.pullboot.volume;

import java.util.concurrent.locks.StampedLock;

/** The locks of a volume's regions of 256 KiB; distant regions share one. */
final class Regions {
    private static final int BYTES = 64 * Layer.BLOCK;
    private static final int LOCKS = 64;

    private final StampedLock[] locks = new StampedLock[LOCKS];

    Regions() {
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new StampedLock();
        }
    }

    /** The lock of the region that an offset is in. */
    StampedLock at(long offset) {
        return locks[(int) (offset / BYTES % LOCKS)];
    }

    /** How many of the bytes from an offset on are in one region. */
    static int piece(long at, long length) {
        return (int) Math.min(length, BYTES - at % BYTES);
    }

    /** Runs something while nobody changes anything, and whoever reads meanwhile reads once more. */
    void whileAllAreLocked(SyncGroup.Sync change) throws java.io.IOException {
        long[] stamps = new long[LOCKS];
        for (int i = 0; i < LOCKS; i++) {
            stamps[i] = locks[i].writeLock();
        }
        try {
            change.run();
        } finally {
            for (int i = 0; i < LOCKS; i++) {
                locks[i].unlockWrite(stamps[i]);
            }
        }
    }
}
