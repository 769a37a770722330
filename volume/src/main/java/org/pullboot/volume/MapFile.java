package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint of a layer's allocation: the file {@code map}, two bits a block, in pieces of 32 768 blocks of which
 * those that are wholly the base's are left out; little-endian. It holds all that logs of generations below its own
 * said; the log of its generation goes on from it.
 */
final class MapFile {
    static final String NAME = "map";
    static final String NEW_NAME = "map.new";
    static final int VERSION = 1;
    static final int HEADER_BYTES = 64;
    static final int PAYLOAD_BYTES = BlockMap.CHUNK_BLOCKS / 4;
    static final int CHUNK_BYTES = 8 + PAYLOAD_BYTES;

    private static final long MAGIC = Meta.magic("PBVOLMAP");
    private static final int IN_LAYER = 1;
    private static final int IS_ZERO = 2;

    private MapFile() {}

    /**
     * Writes a layer's part of a map, durable when it returns; the data it speaks of has to be before.
     *
     * @param layer the number of the layer
     */
    static void write(
            VolumeFiles files, Path directory, UUID uuid, int layer, long generation, Packed packed, long blocks)
            throws IOException {
        Path fresh = directory.resolve(NEW_NAME);
        try (VolumeFile file = files.create(fresh)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(0, MAGIC).putInt(8, VERSION).putInt(12, layer);
            Meta.putUuid(bytes, 16, uuid);
            bytes.putLong(32, generation).putLong(40, blocks).putInt(48, packed.count);
            file.write(bytes.putInt(60, Checksum.of(bytes, 0, 60)), 0);
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            long at = HEADER_BYTES;
            for (int i = 0; i < packed.chunks.length; i++) {
                byte[] payload = packed.chunks[i];
                if (payload != null) {
                    chunk.clear().putInt(0, i).put(8, payload);
                    chunk.putInt(4, crc(chunk));
                    file.write(chunk, at);
                    at += CHUNK_BYTES;
                }
            }
            file.sync();
        } catch (IOException e) {
            files.delete(fresh);
            throw e;
        }
        files.rename(fresh, directory.resolve(NAME));
        files.syncDirectory(directory);
    }

    /** Of the number of the piece and its bits. */
    private static int crc(ByteBuffer chunk) {
        int number = chunk.getInt(0);
        chunk.putInt(4, number);
        return Checksum.of(chunk, 4, CHUNK_BYTES);
    }

    /** A layer's part of a map as it was at some time, two bits a block. */
    static final class Packed {
        private final byte[] @Nullable [] chunks;
        private int count;

        private Packed(int chunks) {
            this.chunks = new byte[chunks][];
        }

        /** Takes it from a map that may change meanwhile. */
        static Packed of(BlockMap map, byte value) {
            Packed packed = new Packed(map.chunkCount());
            for (int i = 0; i < packed.chunks.length; i++) {
                byte[] chunk = map.chunk(i);
                if (chunk != null) {
                    packed.add(i, map, value);
                }
            }
            return packed;
        }

        private void add(int index, BlockMap map, byte value) {
            byte[] payload = new byte[PAYLOAD_BYTES];
            long first = (long) index * BlockMap.CHUNK_BLOCKS;
            int blocks = (int) Math.min(BlockMap.CHUNK_BLOCKS, map.blocks() - first);
            int all = 0;
            for (int i = 0; i < blocks; i++) {
                byte place = map.get(first + i);
                int bits = place == value ? IN_LAYER : place == BlockMap.ZERO ? IS_ZERO : 0;
                payload[i >> 2] |= (byte) (bits << ((i & 3) * 2));
                all |= bits;
            }
            if (all != 0) {
                chunks[index] = payload;
                count++;
            }
        }
    }

    /**
     * Reads a map into the places of a layer.
     *
     * @return the generation
     * @throws VolumeFormatException when it is damaged or another's
     */
    static long read(VolumeFile file, Path path, UUID uuid, int layer, LayerLoad into) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long size = file.size();
        if (size < HEADER_BYTES) {
            throw new VolumeFormatException(path + " is cut short");
        }
        file.read(bytes.limit(HEADER_BYTES), 0);
        long count = Integer.toUnsignedLong(bytes.getInt(48));
        long generation = bytes.getLong(32);
        if (bytes.getLong(0) != MAGIC || bytes.getInt(60) != Checksum.of(bytes, 0, 60)) {
            throw new VolumeFormatException(path + " is damaged, or not a map of blocks");
        }
        if (bytes.getInt(8) != VERSION
                || bytes.getInt(12) != layer
                || !Meta.uuid(bytes, 16).equals(uuid)
                || bytes.getLong(40) != into.blocks()
                || generation < 0
                || size != HEADER_BYTES + count * CHUNK_BYTES) {
            throw new VolumeFormatException(path + " does not belong to its volume");
        }
        int before = -1;
        for (long i = 0; i < count; i++) {
            bytes.clear();
            file.read(bytes, HEADER_BYTES + i * CHUNK_BYTES);
            int index = bytes.getInt(0);
            int crc = bytes.getInt(4);
            if (crc != crc(bytes) || index <= before || index >= into.chunks()) {
                throw new VolumeFormatException(path + " is damaged in its piece " + i);
            }
            before = index;
            apply(bytes, (long) index * BlockMap.CHUNK_BLOCKS, path, into);
        }
        return generation;
    }

    private static void apply(ByteBuffer chunk, long first, Path path, LayerLoad into) throws VolumeFormatException {
        for (int i = 0; i < BlockMap.CHUNK_BLOCKS; i++) {
            int bits = chunk.get(8 + (i >> 2)) >> ((i & 3) * 2) & 3;
            if (bits == 0) {
                continue;
            }
            if (bits > IS_ZERO || first + i >= into.blocks()) {
                throw new VolumeFormatException(path + " has a block that cannot be");
            }
            into.apply(bits == IN_LAYER ? LogFormat.DATA : LogFormat.ZERO, first + i, 1);
        }
    }
}
