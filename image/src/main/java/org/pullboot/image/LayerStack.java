package org.pullboot.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Directory;

/**
 * Makes one root file system of the layers of a container image, as a directory or as a tar archive.
 *
 * <p>Every layer is read twice: once to see which names the image ends up with, once for the bytes that are left. So what
 * a later layer takes away is never written, it takes no privileges to make an archive, and nothing is made of an image
 * whose layers do not belong together. For use by one thread at a time; used once.
 */
public final class LayerStack {
    /** What an image may have at most; Docker allows 127. */
    static final int MOST_LAYERS = 512;

    /** What an entry takes in memory beside its names and attributes, about. */
    private static final long ENTRY_BYTES = 512;

    private final TarLimits limits;
    private final long memory;
    private final LayerTree tree;
    private final List<Layer> layers = new ArrayList<>();
    private final List<Long> entriesOf = new ArrayList<>();
    private long entries;
    private long contentBytes;
    private long memoryBytes;

    /**
     * An image without layers.
     *
     * @param limits for all layers together
     */
    public LayerStack(TarLimits limits) {
        this(limits, Runtime.getRuntime().maxMemory() / 2);
    }

    /** @param memory about how many bytes of memory the names may take */
    LayerStack(TarLimits limits, long memory) {
        this.limits = limits;
        this.memory = memory;
        this.tree = new LayerTree(limits.nameBytes());
    }

    /**
     * Reads the next layer, the lowest one first.
     *
     * @throws ImageException when it is damaged, over a limit, or wants to leave the root file system; the stack is
     *     then of no more use
     * @throws IOException when it cannot be read
     */
    public void add(Layer layer) throws IOException {
        if (layers.size() == MOST_LAYERS) {
            throw new ImageException("the image has more than the " + MOST_LAYERS + " layers allowed here");
        }
        layers.add(layer);
        long before = entries;
        try (InputStream archive = layer.open()) {
            TarReader reader = new TarReader(archive, limits);
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                TarEntry entry = next.get();
                count(entry);
                tree.add(entry, layers.size(), entries - before);
            }
            reader.drain();
        }
        entriesOf.add(entries - before);
    }

    private void count(TarEntry entry) throws ImageException {
        entries++;
        if (entries > limits.entries()) {
            throw new ImageException(
                    "the image's layers have more than the " + limits.entries() + " entries allowed here");
        }
        if (entry.size() > limits.bytes() - contentBytes) {
            throw new ImageException(
                    "the image's layers unpack to more than the " + limits.bytes() + " bytes allowed here");
        }
        contentBytes += entry.size();
        memoryBytes += ENTRY_BYTES + 3L * entry.path().length + entry.linkTarget().length;
        for (TarEntry.Attribute attribute : entry.attributes()) {
            memoryBytes += attribute.name().length + attribute.value().length;
        }
        if (memoryBytes > memory) {
            throw new ImageException("the names of the image's files do not fit into " + (memory >> 20)
                    + " MiB of memory: give Java more (-Xmx), or make a raw image of it");
        }
    }

    /**
     * Whether the image has a file, links followed.
     *
     * @param path from the root on, as in "/sbin/init"
     * @throws ImageException when the links lead round in circles
     */
    public boolean hasFile(String path) throws ImageException {
        return tree.hasFile(path.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes the root file system as a tar archive: files in the order of the layers, then the directories, each after
     * all that is in it. The same layers make the same bytes.
     *
     * @param archive stays open
     */
    public void write(OutputStream archive) throws IOException {
        TarWriter writer = new TarWriter(archive);
        emit(new Sink() {
            @Override
            public void add(TarEntry entry) throws IOException {
                writer.add(entry);
            }

            @Override
            public void add(TarEntry entry, TarReader content) throws IOException {
                writer.add(entry, content);
            }
        });
        writer.end();
    }

    /**
     * Makes the root file system in a directory, as {@link TarExtractor} does it.
     *
     * @param destination an empty directory, which is left half filled when this fails
     */
    public TarSummary extract(Directory destination) throws IOException {
        try (TarExtraction extraction = new TarExtraction(destination, limits)) {
            emit(new Sink() {
                @Override
                public void add(TarEntry entry) throws IOException {
                    extraction.extract(entry, NO_CONTENT);
                }

                @Override
                public void add(TarEntry entry, TarReader content) throws IOException {
                    extraction.extract(entry, content);
                }
            });
            extraction.finish();
            return extraction.summary(false);
        }
    }

    private static final TarReader NO_CONTENT =
            new TarReader(InputStream.nullInputStream(), new TarLimits(0, 0, 0, 0, false));

    /** Takes the entries of the root file system. */
    private interface Sink {
        void add(TarEntry entry) throws IOException;

        void add(TarEntry entry, TarReader content) throws IOException;
    }

    private void emit(Sink sink) throws IOException {
        List<Map<Long, LayerNode.Content>> wanted = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            wanted.add(new HashMap<>());
        }
        List<TarEntry> folders = new ArrayList<>();
        gather(tree.root(), new byte[0], wanted, folders);
        for (int i = 0; i < layers.size(); i++) {
            emit(layers.get(i), entriesOf.get(i), wanted.get(i), sink);
            layers.get(i).finished();
        }
        for (TarEntry folder : folders) {
            sink.add(folder);
        }
    }

    /** The contents by layer and number, each with its places, and the directories, each after what is in it. */
    private static void gather(
            LayerNode.Folder folder, byte[] place, List<Map<Long, LayerNode.Content>> wanted, List<TarEntry> folders) {
        for (Map.Entry<String, LayerNode> child : folder.children.entrySet()) {
            byte[] own = LayerNode.bytes(child.getKey());
            byte[] path = place.length == 0 ? own : TarPath.joined(place, own);
            switch (child.getValue()) {
                case LayerNode.Folder below -> gather(below, path, wanted, folders);
                case LayerNode.Name name -> {
                    name.content.places.add(path);
                    wanted.get(name.content.layer - 1).put(name.content.number, name.content);
                }
            }
        }
        @Nullable TarEntry entry = folder.entry;
        if (entry != null) {
            folders.add(entry.at(place.length == 0 ? new byte[] {'.'} : place));
        } else if (folder.children.isEmpty() && place.length > 0) {
            folders.add(TarEntry.directory(place).build());
        }
    }

    private void emit(Layer layer, long count, Map<Long, LayerNode.Content> wanted, Sink sink) throws IOException {
        if (wanted.isEmpty()) {
            return;
        }
        try (InputStream archive = layer.open()) {
            TarReader reader = new TarReader(archive, limits);
            long number = 0;
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                number++;
                LayerNode.@Nullable Content content = wanted.get(number);
                if (content == null) {
                    continue;
                }
                byte[] first = content.places.getFirst();
                TarEntry entry = next.get();
                sink.add(entry.at(first), reader);
                for (byte[] other : content.places.subList(1, content.places.size())) {
                    sink.add(entry.linkedFrom(first, other));
                }
            }
            reader.drain();
            if (number != count) {
                throw new ImageException("a layer of the image was changed while it was read: try again");
            }
        }
    }
}
