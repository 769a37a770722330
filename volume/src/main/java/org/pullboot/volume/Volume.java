package org.pullboot.volume;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * A disk of a machine's own: what it wrote, over an image that it shares with others, or over nothing.
 *
 * <p>The format on disk and the guarantees are in docs/VOLUMES.md. Made and opened by {@link VolumeStore}; whoever opened
 * it closes it. Safe for use from several threads, in all its methods: snapshots and the like wait for the requests
 * that are under way, and hold up those that come, for some milliseconds.
 *
 * <p>Reads take no lock. Blocks are locked by region for changes; a read that a change of its region comes between is
 * done once more, so that a 4 KiB block is read as it was before or after a write, never mixed.
 */
public final class Volume implements BlockDevice, AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Volume.class.getName());
    private static final int REGION = 64 * Layer.BLOCK;
    private static final int STRIPES = 64;

    private final VolumeFiles files;
    private final Path directory;
    private final Clock clock;
    private final int boot;
    private final long checkpointBytes;
    private final Closeable lock;
    private final AtomicLong used = new AtomicLong();
    private final StampedLock[] stripes = new StampedLock[STRIPES];
    private final SyncGroup syncs = new SyncGroup();
    private final AtomicBoolean checkpointing = new AtomicBoolean();

    /** Held by what changes layers, checkpoints and the manifest; taken before the stripes. */
    private final ReentrantLock maintenance = new ReentrantLock();

    private volatile LayerStack stack;
    private volatile BlockWriter writer;
    private volatile View view;
    private volatile @Nullable IOException failure;
    private Manifest manifest;
    private boolean closed;

    /** @param lock what keeps others from the volume; closed at the end */
    private Volume(LayerStack stack, Manifest manifest, View view, Clock clock, long checkpointBytes, Closeable lock) {
        this.files = stack.files();
        this.directory = stack.directory();
        this.boot = stack.boot();
        this.stack = stack;
        this.manifest = manifest;
        this.view = view;
        this.clock = clock;
        this.checkpointBytes = checkpointBytes;
        this.lock = lock;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new StampedLock();
        }
        this.writer = new BlockWriter(stack.meta().size(), stack.meta().limit(), used);
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
        used.set(view.layers().stream()
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
        checkRange(offset, into.remaining());
        int start = into.position();
        int limit = into.limit();
        boolean whole = false;
        try {
            do {
                long at = offset + into.position() - start;
                StampedLock stripe = stripe(at);
                long stamp = stripe.tryOptimisticRead();
                into.limit(into.position() + piece(at, limit - into.position()));
                if (stamp == 0 || !view.read(into, at, false) || !stripe.validate(stamp)) {
                    return false;
                }
            } while (into.position() < limit);
            whole = true;
            return true;
        } finally {
            into.limit(limit);
            if (!whole) {
                into.position(start);
            }
        }
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        checkRange(offset, into.remaining());
        int start = into.position();
        int limit = into.limit();
        try {
            while (into.hasRemaining()) {
                long at = offset + into.position() - start;
                into.limit(into.position() + piece(at, into.remaining()));
                readPiece(into, at);
                into.limit(limit);
            }
        } finally {
            into.limit(limit);
        }
    }

    private void readPiece(ByteBuffer into, long at) throws IOException {
        StampedLock stripe = stripe(at);
        int position = into.position();
        int limit = into.limit();
        long stamp = stripe.tryOptimisticRead();
        if (stamp != 0) {
            try {
                view.read(into, at, true);
                if (stripe.validate(stamp)) {
                    return;
                }
            } catch (IOException e) {
                // The layers may have changed under it; then it is read again below.
                if (stripe.validate(stamp)) {
                    throw e;
                }
            }
        }
        stamp = stripe.readLock();
        try {
            view.read(into.limit(limit).position(position), at, true);
        } finally {
            stripe.unlockRead(stamp);
        }
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        checkRange(offset, from.remaining());
        int start = from.position();
        int limit = from.limit();
        try {
            while (from.hasRemaining()) {
                long at = offset + from.position() - start;
                from.limit(from.position() + piece(at, from.remaining()));
                StampedLock stripe = stripe(at);
                long stamp = stripe.writeLock();
                try {
                    checkAlive();
                    writer.write(view, from, at);
                } finally {
                    stripe.unlockWrite(stamp);
                }
                from.limit(limit);
            }
        } finally {
            from.limit(limit);
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean deallocate) throws IOException {
        zero(offset, length, true);
    }

    @Override
    public void deallocate(long offset, long length) throws IOException {
        zero(offset, length, false);
    }

    private void zero(long offset, long length, boolean ends) throws IOException {
        checkRange(offset, length);
        long end = offset + length;
        for (long at = offset; at < end; ) {
            int piece = piece(at, end - at);
            StampedLock stripe = stripe(at);
            long stamp = stripe.writeLock();
            try {
                checkAlive();
                zeroPiece(at, at + piece, ends);
            } finally {
                stripe.unlockWrite(stamp);
            }
            at += piece;
        }
    }

    private void zeroPiece(long at, long end, boolean ends) throws IOException {
        long first = (at + Layer.BLOCK - 1) / Layer.BLOCK;
        long behind = (end == size() ? end + Layer.BLOCK - 1 : end) / Layer.BLOCK;
        if (first > behind) {
            zeroEnd(at, end, ends);
            return;
        }
        zeroEnd(at, Math.min(end, first * Layer.BLOCK), ends);
        writer.zero(view, first, behind);
        zeroEnd(Math.max(at, behind * Layer.BLOCK), end, ends);
    }

    private void zeroEnd(long at, long end, boolean wanted) throws IOException {
        if (wanted && at < end && !view.zero(at / Layer.BLOCK)) {
            writer.write(view, ByteBuffer.allocateDirect((int) (end - at)), at);
        }
    }

    @Override
    public void settle() throws IOException {
        checkAlive();
        AllocationLog log = view.log();
        if (log != null) {
            log.settle();
            if (log.bytes() > checkpointBytes && checkpointing.compareAndSet(false, true)) {
                Thread.ofPlatform().daemon().name("volume-checkpoint").start(this::checkpointInBackground);
            }
        }
    }

    @Override
    public void flush() throws IOException {
        checkAlive();
        if (stack.meta().durable()) {
            syncs.join(this::sync);
            checkAlive();
        }
    }

    /** Makes data durable, then what says where it is; run by one thread at a time. */
    private void sync() throws IOException {
        checkAlive();
        View now = view;
        AllocationLog log = now.log();
        if (log == null) {
            return;
        }
        log.settle();
        long mark = log.mark();
        orFail(now.active().data()::sync);
        if (!log.covers(mark)) {
            log.prepare(true);
            log.commit(mark);
            log.settle();
            orFail(() -> log.syncCommit(mark));
        }
    }

    /** Runs a sync, whose first failure is final: the kernel may have dropped what it could not write. */
    private void orFail(SyncGroup.Sync sync) throws IOException {
        try {
            sync.run();
        } catch (IOException e) {
            failure = e;
            throw failed(e);
        }
    }

    private void checkAlive() throws VolumeFailedException {
        IOException first = failure;
        if (first != null) {
            throw failed(first);
        }
    }

    private VolumeFailedException failed(IOException first) {
        return new VolumeFailedException(
                "the volume in " + directory + " takes no more writes, since making them durable failed ("
                        + first.getMessage() + "): check the disk, then open it again",
                first);
    }

    private void checkpointInBackground() {
        try {
            checkpoint();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "the log of the volume in " + directory + " grows on, no checkpoint: " + e);
        } finally {
            checkpointing.set(false);
        }
    }

    /** Writes the map of the layer that is written to, so that the log can begin anew. */
    void checkpoint() throws IOException {
        maintenance.lock();
        try {
            View now = view;
            AllocationLog log = now.log();
            if (log == null || closed) {
                return;
            }
            checkAlive();
            AllocationLog.Next next = log.prepareNext();
            syncs.alone(() -> switchLog(now.active(), log, next));
            MapFile.Packed packed = MapFile.Packed.of(now.map(), now.activeValue());
            orFail(now.active().data()::sync);
            int number = now.active().entry().number();
            Path path = now.active().directory();
            MapFile.write(files, path, uuid(), number, next.generation(), packed, stack.blocks());
            stack.removeLeftovers(now.active(), next.generation(), next.generation());
        } finally {
            maintenance.unlock();
        }
    }

    /** From here on the old log is durable as a whole, so that flushes need not think of it. */
    private void switchLog(Layer layer, AllocationLog log, AllocationLog.Next next) throws IOException {
        try (VolumeFile before = log.switchTo(next)) {
            orFail(before::sync);
            orFail(log::sync);
            orFail(() -> files.syncDirectory(layer.directory()));
        }
    }

    /** The snapshots, the oldest first. */
    public List<Snapshot> snapshots() {
        maintenance.lock();
        try {
            return view.layers().stream()
                    .limit(view.layers().size() - 1L)
                    .map(layer -> new Snapshot(
                            layer.entry().name(),
                            layer.entry().created(),
                            layer.dataBlocks().get() * Layer.BLOCK))
                    .toList();
        } finally {
            maintenance.unlock();
        }
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
        alter(() -> {
            if (index(name) >= 0) {
                throw new IOException("there is a snapshot '" + name + "' already: take another name, or delete it");
            }
            if (manifest.entries().size() >= Manifest.MOST_LAYERS) {
                throw new IOException("a volume has at most " + (Manifest.MOST_LAYERS - 1)
                        + " snapshots: delete one before taking another");
            }
            View now = view;
            syncs.alone(this::sync);
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
        view = new View(before.base(), map, layers, fresh.log());
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
            failure = e;
            throw failed(e);
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
        View before = view;
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
            View before = view;
            syncs.alone(this::sync);
            List<Manifest.Entry> entries = new ArrayList<>(manifest.entries());
            entries.remove(index);
            try {
                new LayerMerge(stack, before).into(index);
                writeManifest(new Manifest(uuid(), manifest.nextNumber(), entries));
            } finally {
                reopen(before);
            }
        });
    }

    /** Takes up what is in the files now, whose allocation somebody else has changed. */
    private void reopen(View before) throws IOException {
        AllocationLog log = before.log();
        try {
            if (log != null) {
                log.abandon();
            }
            view = stack.open(manifest);
        } catch (IOException e) {
            failure = e;
            throw failed(e);
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
            stack = new LayerStack(files, directory, meta, stack.base(), boot);
            writer = new BlockWriter(meta.size(), bytes, used);
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

    /** Runs a change of the layers while nothing else reads or writes. */
    private void alter(SyncGroup.Sync change) throws IOException {
        if (!stack.meta().durable()) {
            throw new UnsupportedOperationException("a volume that is not durable has no snapshots and no other limit");
        }
        maintenance.lock();
        try {
            checkAlive();
            if (closed) {
                throw new IOException("the volume in " + directory + " is closed");
            }
            long[] stamps = new long[STRIPES];
            for (int i = 0; i < STRIPES; i++) {
                stamps[i] = stripes[i].writeLock();
            }
            try {
                change.run();
            } finally {
                for (int i = 0; i < STRIPES; i++) {
                    stripes[i].unlockWrite(stamps[i]);
                }
            }
        } finally {
            maintenance.unlock();
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
        copyExcluding(() -> new DiskCopy(files, view, size()).to(out));
    }

    /**
     * Copies what a snapshot keeps, as {@link #export} does; the machine may go on meanwhile.
     *
     * @throws IOException when there is no such snapshot, or it cannot be read or written
     */
    public void exportSnapshot(String name, Path out) throws IOException {
        copyExcluding(() -> {
            List<Layer> layers = view.layers().subList(0, existing(name) + 1);
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
            if (closed) {
                throw new IOException("the volume in " + directory + " is closed");
            }
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
            AllocationLog log = view.log();
            if (log != null) {
                log.settle();
            }
            findings.addAll(new VolumeCheck(files, directory, boot).run());
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
            if (durable() && failure == null) {
                syncs.alone(this::sync);
            }
        } finally {
            View now = view;
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

    private StampedLock stripe(long offset) {
        return stripes[(int) (offset / REGION % STRIPES)];
    }

    /** How many of the bytes from an offset on are in one region. */
    private static int piece(long at, long length) {
        return (int) Math.min(length, REGION - at % REGION);
    }

    private void checkRange(long offset, long length) {
        if (offset < 0 || length < 0 || length > size() - offset || (offset | length) % SECTOR != 0) {
            throw new IllegalArgumentException(
                    "a volume of " + size() + " bytes is not accessed for " + length + " bytes at " + offset);
        }
    }
}
