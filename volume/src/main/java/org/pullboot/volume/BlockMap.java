package org.pullboot.volume;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where each 4 KiB block of a volume is: in the base, nowhere since it is zero, or in the data of a layer.
 *
 * <p>One byte a block, in pieces that exist once something in them is not the base's. Read from any thread without a
 * lock; what a block's byte says was true of its layer before the byte could be read (release and acquire). The owner
 * sees to it that no two threads change one block at a time.
 */
final class BlockMap {
    static final byte BASE = 0;
    static final byte ZERO = 1;

    /** The byte of the first layer; the next one's is one more. */
    static final int FIRST_LAYER = 2;

    static final int CHUNK_BLOCKS = 1 << 15;

    private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle CHUNKS = MethodHandles.arrayElementVarHandle(byte[][].class);

    private final long blocks;
    private final byte[] @Nullable [] chunks;

    BlockMap(long blocks) {
        this.blocks = blocks;
        this.chunks = new byte[Math.toIntExact((blocks + CHUNK_BLOCKS - 1) / CHUNK_BLOCKS)][];
    }

    long blocks() {
        return blocks;
    }

    int chunkCount() {
        return chunks.length;
    }

    static byte layer(int index) {
        return (byte) (FIRST_LAYER + index);
    }

    byte get(long block) {
        byte[] chunk = chunk((int) (block / CHUNK_BLOCKS));
        return chunk == null ? BASE : (byte) BYTES.getAcquire(chunk, (int) (block % CHUNK_BLOCKS));
    }

    void set(long block, byte value) {
        BYTES.setRelease(chunkToChange((int) (block / CHUNK_BLOCKS)), (int) (block % CHUNK_BLOCKS), value);
    }

    /** How many blocks from this one on, up to a block, have the value of this one. */
    long run(long first, long end) {
        byte value = get(first);
        long block = first + 1;
        while (block < end) {
            byte[] chunk = chunk((int) (block / CHUNK_BLOCKS));
            if (chunk == null) {
                if (value != BASE) {
                    break;
                }
                block = Math.min(end, (block / CHUNK_BLOCKS + 1) * CHUNK_BLOCKS);
            } else if ((byte) BYTES.getAcquire(chunk, (int) (block % CHUNK_BLOCKS)) == value) {
                block++;
            } else {
                break;
            }
        }
        return block - first;
    }

    byte @Nullable [] chunk(int index) {
        return (byte[]) CHUNKS.getAcquire(chunks, index);
    }

    private byte[] chunkToChange(int index) {
        byte[] there = chunk(index);
        if (there != null) {
            return there;
        }
        byte[] fresh = new byte[CHUNK_BLOCKS];
        byte[] first = (byte[]) CHUNKS.compareAndExchange(chunks, index, null, fresh);
        return first == null ? fresh : first;
    }
}
