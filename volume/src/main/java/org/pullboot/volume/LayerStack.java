package org.pullboot.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The files of a volume's layers: makes, opens, freezes and drops them, such that the volume can be opened after every
 * step. For one thread at a time.
 *
 * @param boot stands for this boot of the server machine
 */
record LayerStack(
        VolumeFiles files,
        Path directory,
        Meta meta,
        @Nullable BaseImage base,
        int boot) {
    long blocks() {
        return (meta.size() + Layer.BLOCK - 1) / Layer.BLOCK;
    }

    private UUID uuid() {
        return meta.uuid();
    }

    /** Makes the files of a new volume in a directory that is there and empty, durable but for the directory's own name. */
    static void create(VolumeFiles files, Path directory, Meta meta, int boot, Instant now) throws IOException {
        try (VolumeFile file = files.create(directory.resolve(Meta.NAME))) {
            meta.write(file);
            file.sync();
        }
        LayerStack stack = new LayerStack(files, directory, meta, null, boot);
        Manifest.Entry first = new Manifest.Entry(1, now, "");
        stack.begin(first).close();
        new Manifest(meta.uuid(), 2, List.of(first)).write(files, directory);
    }

    /** A layer that holds nothing yet, and its log. */
    record Fresh(Layer layer, @Nullable AllocationLog log) {
        void close() throws IOException {
            layer.close();
            if (log != null) {
                log.close();
            }
        }
    }

    /** Makes an empty layer, durable; it counts once it is in the manifest. */
    Fresh begin(Manifest.Entry entry) throws IOException {
        Path path = Layer.directory(directory, entry.number());
        files.delete(path);
        files.createDirectory(path);
        VolumeFile data = null;
        try {
            data = files.create(path.resolve(Layer.DATA));
            data.resize(blocks() * Layer.BLOCK);
            data.sync();
            AllocationLog log = null;
            if (meta.durable()) {
                log = AllocationLog.begin(files, path, new LogFormat.Header(uuid(), entry.number(), 0, 1, boot));
                log.sync();
            }
            files.syncDirectory(path);
            files.syncDirectory(directory);
            return new Fresh(new Layer(entry, path, data, new AtomicLong()), log);
        } catch (IOException e) {
            if (data != null) {
                data.close();
            }
            files.delete(path);
            throw e;
        }
    }

    Manifest manifest() throws IOException {
        Path path = directory.resolve(Manifest.NAME);
        try (VolumeFile file = files.open(path, false)) {
            return Manifest.read(file, path, uuid());
        }
    }

    /** Opens all layers, and readies the last to be written. */
    View open(Manifest manifest) throws IOException {
        BlockMap map = new BlockMap(blocks());
        List<Layer> layers = new ArrayList<>();
        AllocationLog log = null;
        // The process before may have ended between a renaming and what makes it durable: what is built on now has to
        // be what is there after a loss of power.
        files.syncDirectory(directory);
        boolean good = false;
        try {
            for (Manifest.Entry entry : manifest.entries()) {
                boolean active = entry.equals(manifest.active());
                Layer layer = openData(entry, active);
                layers.add(layer);
                log = openAllocation(layer, layers.size() - 1, map, active);
            }
            View view = new View(base, map, layers, log);
            good = true;
            return view;
        } finally {
            if (!good) {
                for (Layer layer : layers) {
                    layer.close();
                }
            }
        }
    }

    private Layer openData(Manifest.Entry entry, boolean writable) throws IOException {
        Path path = Layer.directory(directory, entry.number());
        VolumeFile data = files.open(path.resolve(Layer.DATA), writable);
        long size = data.size();
        if (size != blocks() * Layer.BLOCK) {
            data.close();
            throw new VolumeFormatException(path.resolve(Layer.DATA) + " has " + size + " bytes instead of "
                    + blocks() * Layer.BLOCK + ": it was changed by something else");
        }
        return new Layer(entry, path, data, new AtomicLong());
    }

    private @Nullable AllocationLog openAllocation(Layer layer, int index, BlockMap map, boolean active)
            throws IOException {
        LayerLoad load = new LayerLoad(map, index);
        LayerReader.Found found = reader(layer, load).read();
        layer.dataBlocks().set(load.dataBlocks());
        files.syncDirectory(layer.directory());
        if (!active) {
            return null;
        }
        int number = layer.entry().number();
        if (found.goesOn()) {
            removeLeftovers(layer, found.generation(), found.open());
            syncLogs(layer, found.generation(), found.open());
            return AllocationLog.goOn(files, layer.directory(), uuid(), number, boot, found);
        }
        return beginAgain(layer, found, MapFile.Packed.of(map, BlockMap.layer(index)));
    }

    /** Makes durable all logs before the open one, as a flush takes them to be; they lack only their checkpoint. */
    private void syncLogs(Layer layer, long lowest, long open) throws IOException {
        for (long number = lowest; number < open; number++) {
            try (VolumeFile log = files.open(layer.directory().resolve(LogFormat.PREFIX + number), true)) {
                log.sync();
            }
        }
    }

    LayerReader reader(Layer layer, LayerLoad load) {
        return new LayerReader(files, layer.directory(), uuid(), layer.entry().number(), boot, load);
    }

    /**
     * Makes a checkpoint of what counted and a log behind it. The log's first number does not follow any that is there,
     * so that without the checkpoint nobody takes it for the next one.
     */
    private AllocationLog beginAgain(Layer layer, LayerReader.Found found, MapFile.Packed packed) throws IOException {
        long generation = found.last() + 1;
        int number = layer.entry().number();
        AllocationLog log = AllocationLog.begin(
                files, layer.directory(), new LogFormat.Header(uuid(), number, generation, found.next() + 2, boot));
        boolean good = false;
        try {
            log.sync();
            layer.data().sync();
            files.syncDirectory(layer.directory());
            MapFile.write(files, layer.directory(), uuid(), number, generation, packed, blocks());
            removeLeftovers(layer, generation, generation);
            good = true;
            return log;
        } finally {
            if (!good) {
                log.close();
            }
        }
    }

    /** Deletes logs outside of a range of generations, and checkpoints that were not finished. */
    void removeLeftovers(Layer layer, long lowest, long highest) throws IOException {
        for (String name : files.list(layer.directory())) {
            long number = LayerReader.number(name);
            if ((number >= 0 && (number < lowest || number > highest)) || name.equals(MapFile.NEW_NAME)) {
                files.delete(layer.directory().resolve(name));
            }
        }
    }

    /** Deletes the directories of layers that are not in the manifest. */
    void removeStrayLayers(Manifest manifest) throws IOException {
        for (String name : files.list(directory)) {
            boolean layer =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            if (layer
                    && manifest.entries().stream()
                            .noneMatch(entry -> Integer.toString(entry.number()).equals(name))) {
                files.delete(directory.resolve(name));
            }
        }
    }
}
