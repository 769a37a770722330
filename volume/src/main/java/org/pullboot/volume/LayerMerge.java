package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Gives a layer what the one below it has and it has not, so that the lower one can go. Before its new map is there the
 * copied blocks are in none, and afterwards both layers say the same of them: it may end at any point.
 *
 * <p>The layers' files are durable, and nobody writes to them meanwhile.
 */
record LayerMerge(LayerStack stack, View view) {
    private static final int PIECE_BLOCKS = 256;

    /** Merges a layer into the next one. */
    void into(int index) throws IOException {
        Layer lower = view.layers().get(index);
        Layer upper = view.layers().get(index + 1);
        BlockMap below = new BlockMap(stack.blocks());
        stack.reader(lower, new LayerLoad(below, 0)).read();
        BlockMap above = new BlockMap(stack.blocks());
        LayerReader.Found found = stack.reader(upper, new LayerLoad(above, 0)).read();
        try (VolumeFile data = stack.files().open(upper.directory().resolve(Layer.DATA), true)) {
            copy(lower.data(), below, data, above);
            data.sync();
        }
        begin(upper, found.last() + 1, found.next() + 2, MapFile.Packed.of(above, BlockMap.layer(0)));
    }

    private void copy(VolumeFile from, BlockMap below, VolumeFile to, BlockMap above) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BLOCKS * Layer.BLOCK);
        long blocks = stack.blocks();
        for (long block = 0; block < blocks; ) {
            long same = Math.min(below.run(block, blocks), above.run(block, blocks));
            byte place = below.get(block);
            long end = block + (place == BlockMap.layer(0) ? Math.min(same, PIECE_BLOCKS) : same);
            if (above.get(block) == BlockMap.BASE && place != BlockMap.BASE) {
                if (place != BlockMap.ZERO) {
                    from.read(piece.clear().limit((int) (end - block) * Layer.BLOCK), block * Layer.BLOCK);
                    to.write(piece.flip(), block * Layer.BLOCK);
                }
                for (long i = block; i < end; i++) {
                    above.set(i, place);
                }
            }
            block = end;
        }
    }

    private void begin(Layer layer, long generation, long first, MapFile.Packed packed) throws IOException {
        Path path = layer.directory();
        int number = layer.entry().number();
        LogFormat.Header header = new LogFormat.Header(stack.meta().uuid(), number, generation, first, stack.boot());
        AllocationLog log = AllocationLog.begin(stack.files(), path, header);
        try {
            log.sync();
            stack.files().syncDirectory(path);
            MapFile.write(stack.files(), path, stack.meta().uuid(), number, generation, packed, stack.blocks());
        } finally {
            log.close();
        }
        stack.removeLeftovers(layer, generation, generation);
    }
}
