package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.BlockFile;
import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;

/**
 * The volumes in a directory, each in one of its own, named by its ID: 1 to 64 letters, digits, dashes and underscores.
 *
 * <p>A volume has one owner, in this process or another: who opens it has it until he closes it or ends. Safe for use
 * from several threads and processes.
 */
public final class VolumeStore {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String LOCK = "lock";
    private static final String STORE_LOCK = ".lock";
    private static final String NEW = ".new-";
    private static final String TRASH = ".trash-";
    private static final long CHECKPOINT_BYTES = 16 << 20;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path directory;
    private final Clock clock;
    private final VolumeFiles files;
    private final int boot;
    private final long checkpointBytes;

    VolumeStore(Path directory, Clock clock, VolumeFiles files, int boot, long checkpointBytes) {
        this.directory = directory;
        this.clock = clock;
        this.files = files;
        this.boot = boot;
        this.checkpointBytes = checkpointBytes;
    }

    /**
     * The volumes in a directory, which is made when it is not there. What a process that ended in the midst of making
     * or deleting a volume left is removed.
     */
    public static VolumeStore in(Path directory, Clock clock) throws IOException {
        Files.createDirectories(directory);
        VolumeStore store = new VolumeStore(directory, clock, new LinuxVolumeFiles(), bootTag(), CHECKPOINT_BYTES);
        store.removeLeftovers();
        return store;
    }

    /** What tells this boot of the machine from others: page caches do not outlive it. */
    private static int bootTag() throws IOException {
        byte[] id = Files.readAllBytes(BOOT_ID);
        return Checksum.of(ByteBuffer.wrap(id), 0, id.length);
    }

    private void removeLeftovers() throws IOException {
        try (BlockFile lock = BlockFile.openOrCreate(directory.resolve(STORE_LOCK))) {
            if (!lock.tryLock()) {
                return; // Somebody makes or deletes one now; next time.
            }
            for (String name : files.list(directory)) {
                Path path = directory.resolve(name);
                if (name.startsWith(TRASH) || (name.startsWith(NEW) && !owned(path))) {
                    files.delete(path);
                }
            }
        }
    }

    private static boolean owned(Path volume) throws IOException {
        try (BlockFile lock = BlockFile.openOrCreate(volume.resolve(LOCK))) {
            return !lock.tryLock();
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return true; // Its owner is just removing it.
            }
            throw e;
        }
    }

    private static String checkedId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "the ID of a volume has 1 to 64 letters, digits, dashes or underscores, but '" + id
                            + "' was given");
        }
        return id;
    }

    /** The IDs of all volumes, in order. */
    public List<String> list() throws IOException {
        return files.list(directory).stream()
                .filter(name -> ID.matcher(name).matches())
                .sorted()
                .toList();
    }

    /** Whether there is a volume with an ID. */
    public boolean exists(String id) {
        return files.exists(directory.resolve(checkedId(id)));
    }

    /**
     * Makes a volume and opens it.
     *
     * @param base the image that it is over, open for as long as the volume; null for one that is all zero
     * @throws IOException when there is one with this ID, or there is no room for it
     */
    public Volume create(String id, @Nullable BaseImage base, VolumeOptions options) throws IOException {
        Path target = directory.resolve(checkedId(id));
        Meta meta = meta(base, options);
        if (!options.durable()) {
            return ephemeral(target, meta, base);
        }
        Path fresh = directory.resolve(NEW + id);
        try (BlockFile making = BlockFile.openOrCreate(directory.resolve(STORE_LOCK))) {
            making.lock();
            if (files.exists(target)) {
                throw new IOException("there is a volume '" + id + "' already in " + directory);
            }
            files.delete(fresh);
            files.createDirectory(fresh);
            try {
                LayerStack.create(files, fresh, meta, boot, clock.instant());
                files.rename(fresh, target);
            } catch (IOException e) {
                files.delete(fresh);
                throw e;
            }
            files.syncDirectory(directory);
        }
        return open(id, base);
    }

    /** Under a name that is cleaned up: nothing of it is to be found again. */
    private Volume ephemeral(Path target, Meta meta, @Nullable BaseImage base) throws IOException {
        Path path = directory.resolve(NEW + target.getFileName() + "-" + meta.uuid());
        try (BlockFile making = BlockFile.openOrCreate(directory.resolve(STORE_LOCK))) {
            making.lock();
            files.createDirectory(path);
            BlockFile lock = BlockFile.openOrCreate(path.resolve(LOCK));
            lock.lock();
            try {
                return Volume.ephemeral(new LayerStack(files, path, meta, base, boot), clock, lock::close);
            } catch (IOException e) {
                lock.close();
                files.delete(path);
                throw e;
            }
        }
    }

    private static Meta meta(@Nullable BaseImage base, VolumeOptions options) {
        long baseSize = base == null ? 0 : base.size();
        long size = options.size() == 0 ? baseSize : options.size();
        if (size == 0 || size < baseSize) {
            throw new IllegalArgumentException("a volume over " + baseSize + " bytes cannot have " + size
                    + ": it has a size, and is not smaller than its base");
        }
        String identity = base == null ? "" : base.identity();
        return new Meta(UUID.randomUUID(), 0, size, options.limit(), options.durable(), identity, baseSize);
    }

    /**
     * Opens a volume.
     *
     * @param base the image that it was made over, open for as long as the volume; null when it is over none
     * @throws VolumeFormatException when its files are damaged
     * @throws IOException when there is none, somebody has it open, or it is over another image
     */
    public Volume open(String id, @Nullable BaseImage base) throws IOException {
        Path path = existing(id);
        BlockFile lock = BlockFile.openOrCreate(path.resolve(LOCK));
        try {
            if (!lock.tryLock()) {
                throw new IOException(
                        "the volume '" + id + "' is in use: stop the server, or the machine on it, first");
            }
            Meta meta = readMeta(path);
            checkBase(id, meta, base);
            files.syncDirectory(directory);
            return Volume.open(new LayerStack(files, path, meta, base, boot), clock, checkpointBytes, lock::close);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private Path existing(String id) throws IOException {
        Path path = directory.resolve(checkedId(id));
        if (!files.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "there is no volume '" + id + "'");
        }
        return path;
    }

    private Meta readMeta(Path volume) throws IOException {
        Path path = volume.resolve(Meta.NAME);
        try (VolumeFile file = files.open(path, false)) {
            return Meta.read(file, path);
        }
    }

    private static void checkBase(String id, Meta meta, @Nullable BaseImage base) throws IOException {
        String given = base == null ? "" : base.identity();
        long size = base == null ? 0 : base.size();
        if (!meta.base().equals(given) || meta.baseSize() != size) {
            throw new IOException("the volume '" + id + "' was made over " + describe(meta.base(), meta.baseSize())
                    + ", but is to be opened over " + describe(given, size)
                    + ": give it its own image, or reset it by making a new one");
        }
    }

    private static String describe(String base, long size) {
        return base.isEmpty() ? "no image" : "the image " + base + " of " + size + " bytes";
    }

    /**
     * Deletes a volume, at once: it is there as a whole or not at all.
     *
     * @throws IOException when there is none or somebody has it open
     */
    public void delete(String id) throws IOException {
        Path path = existing(id);
        Path trash = directory.resolve(TRASH + id + "-" + UUID.randomUUID());
        try (BlockFile lock = BlockFile.openOrCreate(path.resolve(LOCK))) {
            if (!lock.tryLock()) {
                throw new IOException(
                        "the volume '" + id + "' is in use: stop the server, or the machine on it, first");
            }
            files.rename(path, trash);
            files.syncDirectory(directory);
        }
        files.delete(trash);
    }

    /**
     * Looks at a volume without opening it; while somebody has it open, at what it was some moments ago.
     *
     * @throws VolumeFormatException when its files are damaged
     * @throws IOException when there is none, or it cannot be read
     */
    public VolumeInfo describe(String id) throws IOException {
        Path path = existing(id);
        Meta meta = readMeta(path);
        LayerStack stack = new LayerStack(files, path, meta, null, boot);
        List<Manifest.Entry> entries = stack.manifest().entries();
        long bytes = 0;
        for (Manifest.Entry entry : entries) {
            try (VolumeFile data =
                    files.open(Layer.directory(path, entry.number()).resolve(Layer.DATA), false)) {
                bytes += data.allocated();
            }
        }
        return new VolumeInfo(
                id,
                meta.uuid(),
                meta.size(),
                meta.limit(),
                Optional.of(meta.base()).filter(base -> !base.isEmpty()),
                bytes,
                entries.stream()
                        .map(Manifest.Entry::name)
                        .filter(name -> !name.isEmpty())
                        .toList(),
                owned(path));
    }

    /**
     * Checks all that describes a volume: checksums, and whether its parts fit together. A volume whose process was
     * killed or whose machine lost power is clean.
     *
     * @return what is wrong, nothing when it is clean
     * @throws IOException when there is none, or somebody has it open
     */
    public List<Finding> check(String id) throws IOException {
        Path path = existing(id);
        try (BlockFile lock = BlockFile.openOrCreate(path.resolve(LOCK))) {
            if (!lock.tryLock()) {
                throw inUse(id);
            }
            return new VolumeCheck(files, path, boot).run();
        }
    }

    private static IOException inUse(String id) {
        return new IOException("the volume '" + id + "' is in use: stop the server, or the machine on it, first");
    }
}
