package org.pullboot.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks for what cannot be: checksums of all files that describe the volume, blocks and layers that are beyond what
 * there is, missing files, data of the wrong size. What a process leaves that is killed, a log with a torn end or a
 * checkpoint that was not finished, is no finding: the next opening goes on from it. Changes nothing.
 */
final class VolumeCheck {
    private final VolumeFiles files;
    private final Path directory;
    private final int boot;
    private final List<Finding> findings = new ArrayList<>();

    VolumeCheck(VolumeFiles files, Path directory, int boot) {
        this.files = files;
        this.directory = directory;
        this.boot = boot;
    }

    List<Finding> run() {
        Path metaPath = directory.resolve(Meta.NAME);
        attempt(metaPath, () -> {
            try (VolumeFile file = files.open(metaPath, false)) {
                Meta meta = Meta.read(file, metaPath);
                LayerStack stack = new LayerStack(files, directory, meta, null, boot);
                attempt(directory.resolve(Manifest.NAME), () -> layers(stack));
            }
        });
        return List.copyOf(findings);
    }

    private void layers(LayerStack stack) throws IOException {
        BlockMap map = new BlockMap(stack.blocks());
        int index = 0;
        for (Manifest.Entry entry : stack.manifest().entries()) {
            Path path = Layer.directory(directory, entry.number());
            LayerLoad load = new LayerLoad(map, index++);
            attempt(path, () -> layer(stack, entry, path, load));
        }
    }

    private void layer(LayerStack stack, Manifest.Entry entry, Path path, LayerLoad load) throws IOException {
        Path dataPath = path.resolve(Layer.DATA);
        try (VolumeFile data = files.open(dataPath, false)) {
            if (data.size() != stack.blocks() * Layer.BLOCK) {
                findings.add(new Finding(
                        dataPath, "it has " + data.size() + " bytes instead of " + stack.blocks() * Layer.BLOCK));
            }
            stack.reader(new Layer(entry, path, data, new AtomicLong()), load).read();
        }
    }

    private void attempt(Path file, SyncGroup.Sync part) {
        try {
            part.run();
        } catch (IOException e) {
            findings.add(new Finding(file, String.valueOf(e.getMessage())));
        }
    }
}
