package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a volume consists of between two changes of its layers, and how its bytes are read from there.
 *
 * @param log null for a volume that is not durable
 */
record View(
        @Nullable BaseImage base,
        BlockMap map,
        List<Layer> layers,
        @Nullable AllocationLog log) {
    private static final byte[] ZEROES = new byte[64 << 10];

    View {
        layers = List.copyOf(layers);
    }

    Layer active() {
        return layers.getLast();
    }

    byte activeValue() {
        return BlockMap.layer(layers.size() - 1);
    }

    /** Whether a block reads as zeroes without being anywhere. */
    boolean zero(long block) {
        byte place = map.get(block);
        return place == BlockMap.ZERO
                || (place == BlockMap.BASE && (base == null || block * Layer.BLOCK >= base.size()));
    }

    /** Bytes of the base where they are in memory; null when not all of them are the base's, or not in memory. */
    @Nullable
    ByteBuffer viewNow(long offset, int length) {
        BaseImage below = base;
        if (below == null || offset + length > below.size()) {
            return null;
        }
        long block = offset / Layer.BLOCK;
        long endBlock = (offset + length + Layer.BLOCK - 1) / Layer.BLOCK;
        boolean whole = map.get(block) == BlockMap.BASE && map.run(block, endBlock) == endBlock - block;
        return whole ? below.viewNow(offset, length) : null;
    }

    /** Reads what remains in the buffer, a run of blocks that are in one place with one call. Says whether it could. */
    boolean read(ByteBuffer into, long offset, boolean wait) throws IOException {
        int limit = into.limit();
        long end = offset + into.remaining();
        long endBlock = (end + Layer.BLOCK - 1) / Layer.BLOCK;
        long at = offset;
        while (at < end) {
            long block = at / Layer.BLOCK;
            byte place = map.get(block);
            long runEnd = (block + map.run(block, endBlock)) * Layer.BLOCK;
            int length = (int) (Math.min(end, runEnd) - at);
            into.limit(into.position() + length);
            if (!read(place, into, at, wait)) {
                into.limit(limit);
                return false;
            }
            into.limit(limit);
            at += length;
        }
        return true;
    }

    private boolean read(byte place, ByteBuffer into, long at, boolean wait) throws IOException {
        if (place == BlockMap.ZERO) {
            zero(into);
            return true;
        }
        if (place == BlockMap.BASE) {
            return readBase(into, at, wait);
        }
        VolumeFile data = layers.get((place & 0xff) - BlockMap.FIRST_LAYER).data();
        if (wait) {
            data.read(into, at);
            return true;
        }
        return data.readNow(into, at);
    }

    private boolean readBase(ByteBuffer into, long at, boolean wait) throws IOException {
        int limit = into.limit();
        long there = base == null ? 0 : Math.clamp(base.size() - at, 0L, (long) into.remaining());
        if (base != null && there > 0) {
            into.limit(into.position() + (int) there);
            if (wait) {
                base.read(into, at);
            } else if (!base.readNow(into, at)) {
                return false;
            }
            into.limit(limit);
        }
        zero(into);
        return true;
    }

    private static void zero(ByteBuffer into) {
        while (into.hasRemaining()) {
            into.put(ZEROES, 0, Math.min(ZEROES.length, into.remaining()));
        }
    }
}
