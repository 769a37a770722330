package org.pullboot.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The open data of one layer.
 *
 * @param dataBlocks how many blocks are in it
 */
record Layer(Manifest.Entry entry, Path directory, VolumeFile data, AtomicLong dataBlocks) {
    static final String DATA = "data";

    static final int BLOCK = 4096;

    static Path directory(Path volume, int number) {
        return volume.resolve(Integer.toString(number));
    }

    Layer named(Manifest.Entry other) {
        return new Layer(other, directory, data, dataBlocks);
    }

    void close() throws IOException {
        data.close();
    }
}
