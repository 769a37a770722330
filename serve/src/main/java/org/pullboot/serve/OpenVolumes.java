package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.VolumeRecord;
import org.pullboot.image.Sha256;
import org.pullboot.volume.BaseImage;
import org.pullboot.volume.Volume;
import org.pullboot.volume.VolumeOptions;
import org.pullboot.volume.VolumeStore;

/**
 * The volumes that are open, each once, and the bases below them, each by one descriptor. Safe for use from several
 * threads.
 */
final class OpenVolumes implements AutoCloseable {
    private final VolumeStore store;
    private final BaseStore bases;
    private final Clock clock;
    private final Map<String, Open> open = new HashMap<>();
    private final Map<Sha256, SharedBase> shared = new HashMap<>();

    private static final class SharedBase {
        final BaseImage image;
        int users;

        SharedBase(BaseImage image) {
            this.image = image;
        }
    }

    private static final class Open {
        final Volume volume;
        final @Nullable Sha256 digest;
        final @Nullable BaseImage base;
        final LeasedDisk disk;
        int users;
        int hosts;
        Instant since = Instant.EPOCH;

        Open(Volume volume, @Nullable Sha256 digest, @Nullable BaseImage base) {
            this.volume = volume;
            this.digest = digest;
            this.base = base;
            this.disk = new LeasedDisk(volume);
        }
    }

    /** What an association does with a volume. */
    interface Work<T> {
        /** Does it. */
        T on(Volume volume) throws IOException;
    }

    /** That a host has a volume. */
    final class Lease implements AutoCloseable {
        private final VolumeRecord record;
        private final Open held;
        private boolean closed;

        private Lease(VolumeRecord record, Open held) {
            this.record = record;
            this.held = held;
        }

        VolumeRecord record() {
            return record;
        }

        LeasedDisk disk() {
            return held.disk;
        }

        /** The host is gone. */
        @Override
        public void close() throws IOException {
            synchronized (OpenVolumes.this) {
                if (!closed) {
                    closed = true;
                    held.hosts--;
                    release(record.id(), held);
                }
            }
        }
    }

    private OpenVolumes(VolumeStore store, BaseStore bases, Clock clock) {
        this.store = store;
        this.bases = bases;
        this.clock = clock;
    }

    /**
     * Opens the directory of volumes; what is in no record is removed.
     *
     * @throws IOException when the directory cannot be used
     */
    static OpenVolumes open(Path directory, BaseStore bases, Collection<VolumeRecord> records, Clock clock)
            throws IOException {
        VolumeStore store = VolumeStore.in(directory, clock);
        Set<String> unknown = new HashSet<>(store.list());
        records.forEach(volume -> unknown.remove(volume.id()));
        for (String id : unknown) {
            store.delete(id);
        }
        return new OpenVolumes(store, bases, clock);
    }

    /** Makes a volume.
     *
     * @param size bytes; 0 for as many as its base has
     * @param limit the most bytes that its writes may take
     */
    synchronized void create(VolumeRecord volume, long size, long limit) throws IOException {
        VolumeOptions options = VolumeOptions.DEFAULT.withSize(size).withLimit(limit);
        Sha256 digest = digest(volume);
        BaseImage base = acquire(digest);
        try {
            store.create(volume.id(), base, options).close();
        } finally {
            release(digest);
        }
    }

    /** Makes a volume anew over another base, with the limit that it has. */
    synchronized void replace(VolumeRecord volume, VolumeRecord next) throws IOException {
        long limit = with(volume, Volume::limit);
        delete(volume.id());
        create(next, 0, limit);
    }

    /** Removes a volume; a host that still has it gets errors. */
    synchronized void delete(String id) throws IOException {
        Open held = open.remove(id);
        if (held != null) {
            held.disk.revoke("the volume " + id + " was removed");
            close(held);
        }
        if (store.exists(id)) {
            store.delete(id);
        }
    }

    /** Opens a volume for a host. */
    synchronized Lease lease(VolumeRecord volume) throws IOException {
        Open held = use(volume);
        if (held.hosts++ == 0) {
            held.since = clock.instant();
        }
        return new Lease(volume, held);
    }

    /** Does something with a volume, whether a host has it or not. */
    <T> T with(VolumeRecord volume, Work<T> work) throws IOException {
        Open held;
        synchronized (this) {
            held = use(volume);
        }
        try {
            return work.on(held.volume);
        } finally {
            synchronized (this) {
                release(volume.id(), held);
            }
        }
    }

    private Open use(VolumeRecord volume) throws IOException {
        Open held = open.get(volume.id());
        if (held == null) {
            Sha256 digest = digest(volume);
            BaseImage base = acquire(digest);
            try {
                held = new Open(store.open(volume.id(), base), digest, base);
            } catch (IOException | RuntimeException e) {
                release(digest);
                throw e;
            }
            open.put(volume.id(), held);
        }
        held.users++;
        return held;
    }

    private void release(String id, Open held) throws IOException {
        if (--held.users == 0 && open.remove(id, held)) {
            close(held);
        }
    }

    private void close(Open held) throws IOException {
        try {
            held.volume.close();
        } finally {
            release(held.digest);
        }
    }

    private static @Nullable Sha256 digest(VolumeRecord volume) {
        VolumeRecord.Base base = volume.base();
        return base == null ? null : base.digest();
    }

    private @Nullable BaseImage acquire(@Nullable Sha256 digest) throws IOException {
        if (digest == null) {
            return null;
        }
        SharedBase base = shared.get(digest);
        if (base == null) {
            base = new SharedBase(BaseImage.open(bases.path(digest), digest.hex()));
            shared.put(digest, base);
        }
        base.users++;
        return base.image;
    }

    private void release(@Nullable Sha256 digest) throws IOException {
        SharedBase base = digest == null ? null : shared.get(digest);
        if (base != null && --base.users == 0) {
            shared.remove(digest);
            base.image.close();
        }
    }

    /** Since when a host has a volume; empty when none has it now. */
    synchronized Optional<Instant> connectedSince(String id) {
        Open held = open.get(id);
        return held == null || held.hosts == 0 ? Optional.empty() : Optional.of(held.since);
    }

    /**
     * Takes the disks away whose base was written in place: their systems would read what never belonged together.
     *
     * @return the ids of those volumes
     */
    synchronized List<String> revokeOverwritten() throws IOException {
        List<String> revoked = new ArrayList<>();
        for (Map.Entry<String, Open> each : open.entrySet()) {
            BaseImage base = each.getValue().base;
            if (base != null && !each.getValue().disk.isRevoked() && !BaseStore.intact(base.path())) {
                each.getValue().disk.revoke(BaseStore.OVERWRITTEN);
                revoked.add(each.getKey());
            }
        }
        return revoked;
    }

    /** Closes every volume; what was acknowledged is on the disk. */
    @Override
    public synchronized void close() throws IOException {
        for (Open held : open.values()) {
            held.disk.revoke("the server ends");
            close(held);
        }
        open.clear();
    }
}
