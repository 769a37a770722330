package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes the bytes of a volume, region by region. Reads take no lock: one that a change of its region comes
 * between is done once more, with the lock.
 */
final class DataPath {
    private final long size;
    private final Regions regions = new Regions();
    private final Health health;
    private volatile View view;
    private volatile BlockWriter writer;

    DataPath(long size, View view, BlockWriter writer, Health health) {
        this.size = size;
        this.view = view;
        this.writer = writer;
        this.health = health;
    }

    View view() {
        return view;
    }

    /** Takes other layers; only within {@link #alone}. */
    void become(View next) {
        view = next;
    }

    /** Takes another writer; only within {@link #alone}. */
    void become(BlockWriter next) {
        writer = next;
    }

    /** Runs something while nothing is read or changed. */
    void alone(SyncGroup.Sync change) throws IOException {
        regions.whileAllAreLocked(change);
    }

    @Nullable
    ByteBuffer viewNow(long offset, int length) {
        checkRange(offset, length);
        return view.viewNow(offset, length);
    }

    boolean readNow(ByteBuffer into, long offset) throws IOException {
        checkRange(offset, into.remaining());
        int start = into.position();
        int limit = into.limit();
        boolean whole = false;
        try {
            while (into.position() < limit) {
                long at = offset + into.position() - start;
                StampedLock lock = regions.at(at);
                long stamp = lock.tryOptimisticRead();
                into.limit(into.position() + Regions.piece(at, limit - into.position()));
                if (stamp == 0 || !view.read(into, at, false) || !lock.validate(stamp)) {
                    return false;
                }
            }
            whole = true;
            return true;
        } finally {
            into.limit(limit);
            if (!whole) {
                into.position(start);
            }
        }
    }

    void read(ByteBuffer into, long offset) throws IOException {
        checkRange(offset, into.remaining());
        int start = into.position();
        int limit = into.limit();
        try {
            while (into.position() < limit) {
                long at = offset + into.position() - start;
                into.limit(into.position() + Regions.piece(at, limit - into.position()));
                readPiece(into, at);
            }
        } finally {
            into.limit(limit);
        }
    }

    private void readPiece(ByteBuffer into, long at) throws IOException {
        StampedLock lock = regions.at(at);
        int position = into.position();
        int limit = into.limit();
        long stamp = lock.tryOptimisticRead();
        if (stamp != 0) {
            try {
                view.read(into, at, true);
                if (lock.validate(stamp)) {
                    return;
                }
            } catch (IOException e) {
                // The layers may have changed under it; then it is read again below.
                if (lock.validate(stamp)) {
                    throw e;
                }
            }
        }
        stamp = lock.readLock();
        try {
            view.read(into.limit(limit).position(position), at, true);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    void write(ByteBuffer from, long offset) throws IOException {
        checkRange(offset, from.remaining());
        int start = from.position();
        int limit = from.limit();
        try {
            while (from.position() < limit) {
                long at = offset + from.position() - start;
                from.limit(from.position() + Regions.piece(at, limit - from.position()));
                StampedLock lock = regions.at(at);
                long stamp = lock.writeLock();
                try {
                    health.check();
                    writer.write(view, from, at);
                } finally {
                    lock.unlockWrite(stamp);
                }
            }
        } finally {
            from.limit(limit);
        }
    }

    /** @param ends whether what is not a whole block at the ends is made zero too, or left as it is */
    void zero(long offset, long length, boolean ends) throws IOException {
        checkRange(offset, length);
        long end = offset + length;
        for (long at = offset; at < end; ) {
            int piece = Regions.piece(at, end - at);
            StampedLock lock = regions.at(at);
            long stamp = lock.writeLock();
            try {
                health.check();
                zeroPiece(at, at + piece, ends);
            } finally {
                lock.unlockWrite(stamp);
            }
            at += piece;
        }
    }

    private void zeroPiece(long at, long end, boolean ends) throws IOException {
        long first = (at + Layer.BLOCK - 1) / Layer.BLOCK;
        // What is beyond the end of the volume is nobody's: its last block is whole.
        long behind = (end == size ? end + Layer.BLOCK - 1 : end) / Layer.BLOCK;
        if (first > behind) {
            zeroEnd(at, end, ends);
            return;
        }
        zeroEnd(at, Math.min(end, first * Layer.BLOCK), ends);
        writer.zero(view, first, behind);
        zeroEnd(Math.max(at, behind * Layer.BLOCK), end, ends);
    }

    private void zeroEnd(long at, long end, boolean wanted) throws IOException {
        if (wanted && at < end && !view.zero(at / Layer.BLOCK)) {
            writer.write(view, ByteBuffer.allocateDirect((int) (end - at)), at);
        }
    }

    private void checkRange(long offset, long length) {
        if (offset < 0 || length < 0 || length > size - offset || (offset | length) % BlockDevice.SECTOR != 0) {
            throw new IllegalArgumentException(
                    "a volume of " + size + " bytes is not accessed for " + length + " bytes at " + offset);
        }
    }
}
