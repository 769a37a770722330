package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Changes blocks of the layer that is written to: copies what a write leaves of a block, notes in the log what the
 * layer did not have before, and keeps to the limit. The caller holds the lock of the region that a call is within.
 *
 * <p>A block is noted as the layer's only when its data is written, and appended to the log before it is seen.
 */
final class BlockWriter {
    private final long size;
    private final long limit;

    /** The blocks that are in data, of all layers. */
    private final AtomicLong used;

    private final ConcurrentLinkedQueue<ByteBuffer> spare = new ConcurrentLinkedQueue<>();

    BlockWriter(long size, long limit, AtomicLong used) {
        this.size = size;
        this.limit = limit;
        this.used = used;
    }

    /** Writes what remains in the buffer. */
    void write(View view, ByteBuffer from, long offset) throws IOException {
        long end = offset + from.remaining();
        long first = offset / Layer.BLOCK;
        long last = (end - 1) / Layer.BLOCK;
        byte value = view.activeValue();
        int fresh = 0;
        for (long block = first; block <= last; block++) {
            fresh += view.map().get(block) == value ? 0 : 1;
        }
        if (fresh == 0) {
            view.active().data().write(from, offset);
            return;
        }
        AllocationLog log = view.log();
        if (log != null) {
            log.prepare(false);
        }
        take(fresh);
        boolean good = false;
        try {
            writeWhole(view, from, offset, end);
            good = true;
        } finally {
            if (!good) {
                used.addAndGet(-fresh);
                giveBackUnused(view, first, last);
            }
        }
        note(view, log, LogFormat.DATA, first, last, value);
        view.active().dataBlocks().addAndGet(fresh);
    }

    private void take(int blocks) throws NoSpaceException {
        long most = limit / Layer.BLOCK;
        if (used.addAndGet(blocks) > most) {
            used.addAndGet(-blocks);
            throw new NoSpaceException("the volume has reached its limit of " + limit
                    + " bytes: raise it, delete a snapshot, or trim the file system on it");
        }
    }

    /** Writes blocks that the layer does not have as a whole, with what was in them before at both ends. */
    private void writeWhole(View view, ByteBuffer from, long offset, long end) throws IOException {
        byte value = view.activeValue();
        long at = offset;
        long first = offset / Layer.BLOCK;
        long last = (end - 1) / Layer.BLOCK;
        boolean mergeLast = end % Layer.BLOCK != 0 && end != size && view.map().get(last) != value;
        if (offset % Layer.BLOCK != 0 && view.map().get(first) != value) {
            int length = (int) (Math.min(end, (first + 1) * Layer.BLOCK) - offset);
            merge(view, from, length, offset);
            at += length;
            mergeLast &= last != first;
        }
        long middle = mergeLast ? last * Layer.BLOCK : end;
        if (middle > at) {
            int limit = from.limit();
            from.limit(from.position() + (int) (middle - at));
            view.active().data().write(from, at);
            from.limit(limit);
            at = middle;
        }
        if (at < end) {
            merge(view, from, (int) (end - at), at);
        }
    }

    private void merge(View view, ByteBuffer from, int length, long offset) throws IOException {
        long start = offset / Layer.BLOCK * Layer.BLOCK;
        ByteBuffer taken = spare.poll();
        ByteBuffer whole = taken == null ? ByteBuffer.allocateDirect(Layer.BLOCK) : taken;
        try {
            view.read(whole.clear().limit((int) Math.min(Layer.BLOCK, size - start)), start, true);
            int limit = from.limit();
            whole.position((int) (offset - start)).put(from.limit(from.position() + length));
            from.limit(limit);
            view.active()
                    .data()
                    .write(
                            whole.limit((int) Math.min(Layer.BLOCK, size - start))
                                    .position(0),
                            start);
        } finally {
            spare.add(whole);
        }
    }

    /** Notes the changed blocks of a range, as one run: what lies between them is as it says already. */
    private static void note(View view, @Nullable AllocationLog log, int type, long first, long last, byte value) {
        long lowest = -1;
        long highest = -1;
        for (long block = first; block <= last; block++) {
            if (view.map().get(block) != value) {
                lowest = lowest < 0 ? block : lowest;
                highest = block;
            }
        }
        if (lowest < 0) {
            return;
        }
        if (log != null) {
            log.append(type, lowest, (int) (highest - lowest + 1));
        }
        for (long block = lowest; block <= highest; block++) {
            view.map().set(block, value);
        }
    }

    /** What a failed write left in blocks that stay what they were. */
    private static void giveBackUnused(View view, long first, long last) throws IOException {
        byte value = view.activeValue();
        for (long block = first; block <= last; block++) {
            if (view.map().get(block) != value) {
                view.active().data().punch(block * Layer.BLOCK, Layer.BLOCK);
            }
        }
    }

    /** Makes whole blocks zero, and gives back their room. */
    void zero(View view, long first, long end) throws IOException {
        boolean all = true;
        for (long block = first; block < end && all; block++) {
            all = view.zero(block);
        }
        if (all) {
            return;
        }
        AllocationLog log = view.log();
        if (log != null) {
            log.prepare(true);
        }
        byte value = view.activeValue();
        long[] runs = dataRuns(view, first, end, value);
        note(view, log, LogFormat.ZERO, first, end - 1, BlockMap.ZERO);
        for (int i = 0; i < runs.length; i += 2) {
            long blocks = runs[i + 1] - runs[i];
            used.addAndGet(-blocks);
            view.active().dataBlocks().addAndGet(-blocks);
            view.active().data().punch(runs[i] * Layer.BLOCK, blocks * Layer.BLOCK);
        }
    }

    /** First and end of each run of blocks that are in the layer's data. */
    private static long[] dataRuns(View view, long first, long end, byte value) {
        long[] runs = new long[(int) (end - first) + 2];
        int count = 0;
        long block = first;
        while (block < end) {
            long next = block + view.map().run(block, end);
            if (view.map().get(block) == value) {
                runs[count++] = block;
                runs[count++] = next;
            }
            block = next;
        }
        return java.util.Arrays.copyOf(runs, count);
    }
}
