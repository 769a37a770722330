package org.pullboot.volume;

/** Builds the map of a volume from what its layers say, from the base up; for one thread. */
final class LayerLoad {
    private final BlockMap map;
    private final byte value;
    private long dataBlocks;

    /** @param index of the layer that is read, 0 for the one over the base */
    LayerLoad(BlockMap map, int index) {
        this.map = map;
        this.value = BlockMap.layer(index);
    }

    long blocks() {
        return map.blocks();
    }

    int chunks() {
        return map.chunkCount();
    }

    /** How many blocks are in the data of the layer. */
    long dataBlocks() {
        return dataBlocks;
    }

    void apply(int type, long first, long count) {
        byte place = type == LogFormat.DATA ? value : BlockMap.ZERO;
        for (long block = first; block < first + count; block++) {
            byte before = map.get(block);
            if (before != place) {
                dataBlocks += place == value ? 1 : before == value ? -1 : 0;
                map.set(block, place);
            }
        }
    }
}
