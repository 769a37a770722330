package org.pullboot.volume;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A disk of a machine's own: what it wrote, over an image that it shares with others, or over nothing.
 *
 * <p>The format on disk and the guarantees are in docs/VOLUMES.md. Made and opened by {@link VolumeStore}; whoever opened
 * it closes it. Safe for use from several threads, in all its methods: snapshots and the like wait for the requests
 * that are under way, and hold up those that come, for some milliseconds.
 *
 * <p>A 4 KiB block is read as it was before or after a write that happens at the same time, never mixed.
 */
public final class Volume implements BlockDevice, AutoCloseable {
    private final VolumeFiles files;
    private final Path directory;
    private final Clock clock;
    private final Closeable lock;
    private final AtomicLong used = new AtomicLong();
    private final Health health;
    private final SyncGroup syncs = new SyncGroup();
    private final Checkpoints checkpoints;
    private final DataPath data;

    /** Held by what changes layers, checkpoints and the manifest; taken before all other locks. */
    private final ReentrantLock maintenance = new ReentrantLock();

    private volatile LayerStack stack;
    private Manifest manifest;
    private boolean closed;

    /** @param lock what keeps others from the volume; closed at the end */
    private Volume(LayerStack stack, Manifest manifest, View view, Clock clock, long checkpointBytes, Closeable lock) {
        this.files = stack.files();
        this.directory = stack.directory();
        this.stack = stack;
        this.manifest = manifest;
        this.clock = clock;
        this.lock = lock;
        this.health = new Health(directory);
        this.checkpoints = new Checkpoints(checkpointBytes);
        Meta meta = stack.meta();
        this.data = new DataPath(meta.size(), view, new BlockWriter(meta.size(), meta.limit(), used), health);
        countUsed();
    }

    /** Opens a volume whose files are there. */
    static Volume open(LayerStack stack, Clock clock, long checkpointBytes, Closeable lock) throws IOException {
        Manifest manifest = stack.manifest();
        View view = stack.open(manifest);
        stack.removeStrayLayers(manifest);
        return new Volume(stack, manifest, view, clock, checkpointBytes, lock);
    }

    /** Makes the one layer of a volume that is gone when it is closed. */
    static Volume ephemeral(LayerStack stack, Clock clock, Closeable lock) throws IOException {
        Manifest manifest = new Manifest(stack.meta().uuid(), 2, List.of(new Manifest.Entry(1, clock.instant(), "")));
        LayerStack.Fresh fresh = stack.begin(manifest.active());
        View view = new View(stack.base(), new BlockMap(stack.blocks()), List.of(fresh.layer()), null);
        return new Volume(stack, manifest, view, clock, Long.MAX_VALUE, lock);
    }

    private void countUsed() {
        used.set(data.view().layers().stream()
                .mapToLong(layer -> layer.dataBlocks().get())
                .sum());
    }

    /** Its own identity, the same for as long as it exists. */
    public UUID uuid() {
        return stack.meta().uuid();
    }

    /** The identity of the image that it is over, if it is over one. */
    public Optional<String> baseIdentity() {
        String base = stack.meta().base();
        return base.isEmpty() ? Optional.empty() : Optional.of(base);
    }

    /** Whether it outlives its closing. */
    public boolean durable() {
        return stack.meta().durable();
    }

    /** The most bytes that its writes may take, {@link Long#MAX_VALUE} for no limit. */
    public long limit() {
        return stack.meta().limit();
    }

    /** The bytes that its writes take, all snapshots together, a multiple of 4096. */
    public long bytesInOverlay() {
        return used.get() * Layer.BLOCK;
    }

    @Override
    public long size() {
        return stack.meta().size();
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public boolean readNow(ByteBuffer into, long offset) throws IOException {
        return data.readNow(into, offset);
    }

    @Override
    public @Nullable ByteBuffer viewNow(long offset, int length) {
        return data.viewNow(offset, length);
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        data.read(into, offset);
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        data.write(from, offset);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean deallocate) throws IOException {
        data.zero(offset, length, true);
    }

    @Override
    public void deallocate(long offset, long length) throws IOException {
        data.zero(offset, length, false);
    }

    @Override
    public void settle() throws IOException {
        health.check();
        AllocationLog log = data.view().log();
        if (log != null) {
            log.settle();
            checkpoints.consider(log, this::checkpoint);
        }
    }

    @Override
    public void flush() throws IOException {
        health.check();
        if (durable()) {
            syncs.join(this::sync);
        }
    }

    /** Makes data durable, then what says where it is; run by one thread at a time. */
    private void sync() throws IOException {
        health.check();
        View view = data.view();
        AllocationLog log = view.log();
        if (log == null) {
            return;
        }
        log.settle();
        long mark = log.mark();
        health.orFail(view.active().data()::sync);
        if (!log.covers(mark)) {
            log.prepare(true);
            log.commit(mark);
            log.settle();
            health.orFail(() -> log.syncCommit(mark));
        }
    }

    /** Writes the map of the layer that is written to, so that the log can begin anew. */
    void checkpoint() throws IOException {
        maintenance.lock();
        try {
            View view = data.view();
            AllocationLog log = view.log();
            if (log != null && !closed) {
                health.check();
                Checkpoints.make(stack, view, log, syncs, health);
            }
        } finally {
            maintenance.unlock();
        }
    }

    /** The snapshots, the oldest first. */
    public List<Snapshot> snapshots() {
        List<Layer> layers = data.view().layers();
        return layers.stream()
                .limit(layers.size() - 1L)
                .map(layer -> new Snapshot(
                        layer.entry().name(),
                        layer.entry().created(),
                        layer.dataBlocks().get() * Layer.BLOCK))
                .toList();
    }

    /**
     * Keeps the content as it is now, all that completed; takes the same time whatever its size.
     *
     * @param name 1 to 64 letters, digits, dots, dashes and underscores, not that of another snapshot
     * @throws IOException when there is a snapshot of this name, there are too many, or there is no room
     * @throws UnsupportedOperationException when the volume is not durable
     */
    public void snapshot(String name) throws IOException {
        Manifest.checkedName(name);
        flush(); // So that little is left to do while requests wait.
        alter(() -> {
            if (index(name) >= 0) {
                throw new IOException("there is a snapshot '" + name + "' already: take another name, or delete it");
            }
            if (manifest.entries().size() >= Manifest.MOST_LAYERS) {
                throw new IOException("a volume has at most " + (Manifest.MOST_LAYERS - 1)
                        + " snapshots: delete one before taking another");
            }
            View now = data.view();
            sync();
            List<Layer> layers = new ArrayList<>(now.layers());
            Layer frozen = layers.removeLast();
            layers.add(frozen.named(new Manifest.Entry(frozen.entry().number(), clock.instant(), name)));
            replaceActive(now, layers, now.map());
        });
    }

    /** Puts an empty layer over some that stay, and drops the others. */
    private void replaceActive(View before, List<Layer> kept, BlockMap map) throws IOException {
        Manifest.Entry entry = new Manifest.Entry(manifest.nextNumber(), clock.instant(), "");
        LayerStack.Fresh fresh = stack.begin(entry);
        List<Layer> layers = new ArrayList<>(kept);
        layers.add(fresh.layer());
        Manifest next = new Manifest(
                uuid(),
                manifest.nextNumber() + 1,
                layers.stream().map(Layer::entry).toList());
        try {
            writeManifest(next);
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        data.become(new View(before.base(), map, layers, fresh.log()));
        AllocationLog log = before.log();
        if (log != null) {
            log.abandon();
        }
        countUsed();
    }

    /** When it is not known which of the two a later opening finds, nothing more may be acknowledged. */
    private void writeManifest(Manifest next) throws IOException {
        try {
            next.write(files, directory);
        } catch (NoSpaceException full) {
            throw full;
        } catch (IOException e) {
            throw health.fail(e);
        }
        manifest = next;
    }

    /**
     * Makes the content what it was when a snapshot was taken. All that was written since is gone, later snapshots too.
     *
     * @throws IOException when there is no such snapshot, or it cannot be done; nothing has changed then
     * @throws UnsupportedOperationException when the volume is not durable
     */
    public void rollback(String name) throws IOException {
        alter(() -> drop(existing(name) + 1));
    }

    /**
     * Makes the content that of the base again, or zero without one. All that was written is gone, snapshots too.
     *
     * @throws IOException when it cannot be done; nothing has changed then
     * @throws UnsupportedOperationException when the volume is not durable
     */
    public void reset() throws IOException {
        alter(() -> drop(0));
    }

    private void drop(int from) throws IOException {
        View before = data.view();
        List<Layer> kept = before.layers().subList(0, from);
        BlockMap map = new BlockMap(stack.blocks());
        for (int i = 0; i < kept.size(); i++) {
            stack.reader(kept.get(i), new LayerLoad(map, i)).read();
        }
        replaceActive(before, kept, map);
        for (Layer dropped : before.layers().subList(from, before.layers().size())) {
            dropped.close();
        }
        stack.removeStrayLayers(manifest);
    }

    /**
     * Forgets a snapshot; the content and the other snapshots stay. Copies what the next one needs of it: takes time by
     * its size, and holds up requests meanwhile.
     *
     * @throws IOException when there is no such snapshot, or it cannot be done
     * @throws UnsupportedOperationException when the volume is not durable
     */
    public void deleteSnapshot(String name) throws IOException {
        alter(() -> {
            int index = existing(name);
            View before = data.view();
            sync();
            List<Manifest.Entry> entries = new ArrayList<>(manifest.entries());
            entries.remove(index);
            merge(before, index);
            try {
                writeManifest(new Manifest(uuid(), manifest.nextNumber(), entries));
            } finally {
                reopen(before);
            }
        });
    }

    /** Fails for want of room only before anything of the upper layer has changed. */
    private void merge(View before, int index) throws IOException {
        try {
            new LayerMerge(stack, before).into(index);
        } catch (NoSpaceException full) {
            throw full;
        } catch (IOException e) {
            throw health.fail(e);
        }
    }

    /** Takes up what is in the files now, whose allocation somebody else has changed. */
    private void reopen(View before) throws IOException {
        AllocationLog log = before.log();
        try {
            if (log != null) {
                log.abandon();
            }
            data.become(stack.open(manifest));
        } catch (IOException e) {
            throw health.fail(e);
        }
        countUsed();
        for (Layer layer : before.layers()) {
            layer.close();
        }
        stack.removeStrayLayers(manifest);
    }

    /**
     * Changes the limit.
     *
     * @param bytes not below zero; less than it takes already only keeps it from growing
     */
    public void setLimit(long bytes) throws IOException {
        alter(() -> {
            Meta meta = stack.meta()
                    .withLimit(VolumeOptions.DEFAULT.withLimit(bytes).limit());
            try (VolumeFile file = files.open(directory.resolve(Meta.NAME), true)) {
                meta.write(file);
                file.sync();
            }
            stack = new LayerStack(files, directory, meta, stack.base(), stack.boot());
            data.become(new BlockWriter(meta.size(), bytes, used));
        });
    }

    private int existing(String name) throws IOException {
        int index = index(name);
        if (index < 0) {
            throw new IOException("there is no snapshot '" + name + "'; there are "
                    + snapshots().stream().map(Snapshot::name).toList());
        }
        return index;
    }

    private int index(String name) {
        List<Manifest.Entry> entries = manifest.entries();
        for (int i = 0; i < entries.size() - 1; i++) {
            if (entries.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Runs a change of the layers while nothing else reads, writes or syncs. */
    private void alter(SyncGroup.Sync change) throws IOException {
        if (!stack.meta().durable()) {
            throw new UnsupportedOperationException("a volume that is not durable has no snapshots and no other limit");
        }
        maintenance.lock();
        try {
            health.check();
            checkOpen();
            data.alone(() -> syncs.alone(change));
        } finally {
            maintenance.unlock();
        }
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("the volume in " + directory + " is closed");
        }
    }

    /**
     * Copies the content to a new raw image that takes room only for what is not zero: an export, or a base for others.
     * The file is there under its name when it is whole and durable.
     *
     * <p>What is written meanwhile may be in it or not: let the machine be off, or copy a snapshot.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is a file of this name
     * @throws IOException when it cannot be read or written
     */
    public void export(Path out) throws IOException {
        copyExcluding(() -> new DiskCopy(files, data.view(), size()).to(out));
    }

    /**
     * Copies what a snapshot keeps, as {@link #export} does; the machine may go on meanwhile.
     *
     * @throws IOException when there is no such snapshot, or it cannot be read or written
     */
    public void exportSnapshot(String name, Path out) throws IOException {
        copyExcluding(() -> {
            List<Layer> layers = data.view().layers().subList(0, existing(name) + 1);
            BlockMap map = new BlockMap(stack.blocks());
            for (int i = 0; i < layers.size(); i++) {
                stack.reader(layers.get(i), new LayerLoad(map, i)).read();
            }
            new DiskCopy(files, new View(stack.base(), map, layers, null), size()).to(out);
        });
    }

    /** Runs a copy while no layer is dropped; requests go on. */
    private void copyExcluding(SyncGroup.Sync copy) throws IOException {
        maintenance.lock();
        try {
            checkOpen();
            copy.run();
        } finally {
            maintenance.unlock();
        }
    }

    /**
     * Checks all that describes the volume, as {@link VolumeStore#check} does; holds up requests meanwhile.
     *
     * @return what is wrong, nothing when it is clean
     * @throws IOException when what it holds in memory cannot be written
     * @throws UnsupportedOperationException when the volume is not durable
     */
    public List<Finding> check() throws IOException {
        List<Finding> findings = new ArrayList<>();
        alter(() -> {
            AllocationLog log = data.view().log();
            if (log != null) {
                log.settle();
            }
            findings.addAll(new VolumeCheck(files, directory, stack.boot()).run());
        });
        return List.copyOf(findings);
    }

    /** Flushes and closes; one that is not durable is deleted. Requests that come later fail. */
    @Override
    public void close() throws IOException {
        maintenance.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            closeFiles();
        } finally {
            maintenance.unlock();
        }
    }

    private void closeFiles() throws IOException {
        try {
            if (durable() && health.good()) {
                syncs.alone(this::sync);
            }
        } finally {
            View now = data.view();
            for (Layer layer : now.layers()) {
                layer.close();
            }
            AllocationLog log = now.log();
            if (log != null) {
                log.close();
            }
            if (!durable()) {
                files.delete(directory);
            }
            lock.close();
        }
    }
}
