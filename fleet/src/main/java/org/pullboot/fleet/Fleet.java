package org.pullboot.fleet;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.FileHandle;

/**
 * What is served and who boots from it: generations with their open files, boots pinned to them, machines.
 *
 * <p>Kept in a state directory: {@code fleet.db} (SQLite), {@code blobs/} (second names of served files) and {@code lock}.
 * Safe for use from several threads. Look-ups of files take no lock but for the boot's own bookkeeping.
 */
public final class Fleet implements AutoCloseable {
    private final Clock clock;
    private final FleetLimits limits;
    private final Database database;
    private final BlobStore blobs;
    private final FileChannel lockFile;
    private final BootRegistry registry;
    private final BootLog log;
    private final BootKeeper boots;
    private final Object lock = new Object();
    private final SequencedMap<String, VolumeRecord> volumes = new LinkedHashMap<>();
    private volatile Shelf shelf = new Shelf(List.of(), Set.of());

    private Fleet(Clock clock, FleetLimits limits, Database database, BlobStore blobs, FileChannel lockFile) {
        this.clock = clock;
        this.limits = limits;
        this.database = database;
        this.blobs = blobs;
        this.lockFile = lockFile;
        this.registry = new BootRegistry(limits);
        this.log = new BootLog(database);
        this.boots = new BootKeeper(limits, registry, log);
    }

    /**
     * Opens the state, made readable for its owner only when it is new, and finds again what was published before.
     *
     * @param state the state directory
     * @param clock tells when boots are over
     * @throws IOException when the directory cannot be used, or another server does
     */
    public static Fleet open(Path state, Clock clock, FleetLimits limits) throws IOException {
        Path blobs = state.resolve("blobs");
        Files.createDirectories(
                blobs, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel lockFile =
                FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = tryLock(lockFile);
            if (held == null) {
                throw new FleetException("another pullboot serve uses the state directory " + state
                        + ": end it, or use another --state");
            }
            Database database = Database.open(state.resolve("fleet.db"), clock);
            Fleet fleet = new Fleet(clock, limits, database, new BlobStore(blobs), lockFile);
            fleet.restore();
            return fleet;
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (java.nio.channels.OverlappingFileLockException e) {
            return null;
        }
    }

    /** A generation lives on when all its files are still what they were: no hashing, so a restart is quick. */
    private void restore() throws IOException {
        Shelf found = shelf;
        for (Database.StoredGeneration stored : database.generations()) {
            Map<String, ArtifactFile> files = new HashMap<>();
            Map<String, String> paths = new HashMap<>();
            for (Database.StoredArtifact artifact : stored.artifacts()) {
                Optional<ArtifactFile> file = reopen(artifact);
                file.ifPresent(f -> files.put(artifact.artifact().name(), f));
                paths.put(artifact.artifact().name(), artifact.path());
            }
            if (files.size() == stored.artifacts().size()) {
                List<Artifact> artifacts = stored.artifacts().stream()
                        .map(Database.StoredArtifact::artifact)
                        .toList();
                Generation generation = new Generation(stored.id(), stored.source(), stored.published(), artifacts);
                found = found.with(new Shelf.Item(generation, stored.sequence(), files, paths, Set.of()));
            } else {
                for (ArtifactFile file : files.values()) {
                    file.release();
                }
                database.removeGeneration(stored.id());
            }
        }
        shelf = found;
        database.volumes().forEach(volume -> volumes.put(volume.id(), volume));
        Instant now = clock.instant();
        database.activeBoots(now.minus(limits.bootIdle())).forEach(registry::add);
        sweepBlobs();
    }

    private static Optional<ArtifactFile> reopen(Database.StoredArtifact stored) {
        try {
            FileHandle handle = FileHandle.open(Path.of(stored.path()));
            return Optional.of(ArtifactFile.adopt(
                    handle, stored.identity(), stored.artifact().digest()));
        } catch (IOException e) {
            // Gone or another file by now: that is the answer, not an error.
            return Optional.empty();
        }
    }

    /**
     * Says which sources are served from now on; others keep their generations only for boots under way.
     *
     * @throws IOException when what is not needed any more cannot be removed
     */
    public void serve(Set<String> sources) throws IOException {
        synchronized (lock) {
            shelf = shelf.serving(sources);
            prune();
        }
    }

    /**
     * Publishes a generation as the newest of its source, all of it or nothing. Publishing the same again changes
     * nothing but its files' places.
     *
     * @param draft its open files are taken over, also when this throws
     * @return what was published
     * @throws IOException when a file changed since it was hashed, or the state cannot be written
     */
    public Generation publish(Draft draft) throws IOException {
        synchronized (lock) {
            Map<String, ArtifactFile> files = new HashMap<>();
            try {
                return publish(draft, files);
            } catch (IOException | RuntimeException e) {
                for (Draft.File file : draft.files()) {
                    ArtifactFile adopted = files.get(file.name());
                    if (adopted == null) {
                        file.handle().close();
                    } else {
                        adopted.release();
                    }
                }
                throw e;
            }
        }
    }

    private Generation publish(Draft draft, Map<String, ArtifactFile> files) throws IOException {
        Instant now = clock.instant();
        Map<String, String> paths = new HashMap<>();
        List<Database.StoredArtifact> rows = new ArrayList<>();
        for (Draft.File file : draft.files()) {
            Path place = blobs.link(file).orElse(file.path().toRealPath());
            ArtifactFile adopted = ArtifactFile.adopt(file.handle(), file.identity(), file.digest());
            if (files.put(file.name(), adopted) != null) {
                throw new IllegalArgumentException("two files are named " + file.name());
            }
            paths.put(file.name(), place.toString());
            Artifact artifact = new Artifact(
                    file.name(),
                    file.role(),
                    file.digest(),
                    file.identity().size(),
                    lastModified(draft.source(), file, now),
                    file.mediaType());
            rows.add(new Database.StoredArtifact(artifact, place.toString(), file.identity()));
        }
        long sequence =
                shelf.items().stream().mapToLong(Shelf.Item::sequence).max().orElse(0) + 1;
        List<Artifact> artifacts =
                rows.stream().map(Database.StoredArtifact::artifact).toList();
        Generation generation = new Generation(draft.id(), draft.source(), now, artifacts);
        database.write(new Database.StoredGeneration(draft.id(), draft.source(), sequence, now, rows));
        Optional<Shelf.Item> before = shelf.item(draft.id());
        shelf = shelf.with(new Shelf.Item(generation, sequence, files, paths, Set.of()));
        if (before.isPresent()) {
            releaseAll(before.get());
        }
        prune();
        return generation;
    }

    /**
     * The file's modification time, but never in the future, and never the one that other bytes under this name had: a
     * client that goes by {@code Last-Modified} would join the two.
     */
    private Instant lastModified(String source, Draft.File file, Instant now) {
        Instant second = Instant.ofEpochSecond(0, file.identity().modified()).truncatedTo(ChronoUnit.SECONDS);
        Instant present = now.truncatedTo(ChronoUnit.SECONDS);
        Instant modified = second.isAfter(present) ? present : second;
        for (Shelf.Item item : shelf.items()) {
            Optional<Artifact> older = item.generation().source().equals(source)
                    ? item.generation().artifact(file.name())
                    : Optional.empty();
            if (older.isPresent() && older.get().digest().equals(file.digest())) {
                modified = older.get().lastModified();
            } else if (older.isPresent() && !older.get().lastModified().isBefore(modified)) {
                modified = older.get().lastModified().plusSeconds(1);
            }
        }
        return modified;
    }

    /** The newest generation of each source that is served. */
    public List<Generation> newest() {
        return shelf.newest().stream().map(Shelf.Item::generation).toList();
    }

    /** A generation that is kept. */
    public Optional<Generation> generation(GenerationId id) {
        return shelf.item(id).map(Shelf.Item::generation);
    }

    /**
     * The file behind a plain name, of the generation that the visitor's boot is pinned to; firmware that fetches a UKI
     * starts a boot.
     *
     * <p>A boot's generation that lacks the name is not filled up from a newer one of the same source: the two need not
     * fit.
     */
    public Answer find(Visit visit, String name) {
        synchronized (lock) {
            Instant now = clock.instant();
            Optional<Shelf.Item> newest = shelf.newestWith(name);
            Optional<ActiveBoot> boot = boots.of(visit, now, id -> hasTag(id, name, visit.entityTag()));
            boolean uki = newest.flatMap(item -> item.generation().artifact(name))
                    .filter(artifact -> artifact.role() == Artifact.Role.UKI)
                    .isPresent();
            if (visit.firmware()
                    && uki
                    && boot.filter(b -> isKept(b.generation) && boots.continues(b, visit, name, now))
                            .isEmpty()) {
                boot = newest.flatMap(item -> boots.start(visit.address(), item.generation(), name, now));
            }
            Optional<Shelf.Item> pinned = boot.flatMap(b -> shelf.item(b.generation));
            Optional<Shelf.Item> item = newest;
            if (pinned.isPresent()
                    && (pinned.get().generation().artifact(name).isPresent()
                            || newest.filter(n -> sameSource(n, pinned.get())).isPresent())) {
                item = pinned;
            }
            return answer(item, name, visit, boot.orElse(null), now);
        }
    }

    /** The file of a generation that the visitor names; the same bytes for ever. */
    public Answer find(Visit visit, GenerationId id, String name) {
        synchronized (lock) {
            Instant now = clock.instant();
            Optional<ActiveBoot> boot = boots.of(visit.address(), id, now);
            return answer(shelf.item(id), name, visit, boot.orElse(null), now);
        }
    }

    /** What a visitor sees under plain names: its boot's generation, and the newest one of every other source. */
    public List<Generation> visible(Visit visit) {
        synchronized (lock) {
            Optional<Generation> pinned =
                    boots.of(visit, clock.instant(), id -> false).flatMap(b -> generation(b.generation));
            List<Generation> seen = new ArrayList<>();
            for (Generation generation : newest()) {
                seen.add(pinned.filter(p -> p.source().equals(generation.source()))
                        .orElse(generation));
            }
            return seen;
        }
    }

    private static boolean sameSource(Shelf.Item one, Shelf.Item other) {
        return one.generation().source().equals(other.generation().source());
    }

    private boolean isKept(GenerationId id) {
        return shelf.item(id).isPresent();
    }

    private boolean hasTag(GenerationId id, String name, @Nullable String tag) {
        return generation(id)
                .flatMap(generation -> generation.artifact(name))
                .filter(artifact -> artifact.entityTag().equals(tag))
                .isPresent();
    }

    private Answer answer(Optional<Shelf.Item> item, String name, Visit visit, @Nullable ActiveBoot boot, Instant now) {
        Optional<Artifact> artifact = item.flatMap(i -> i.generation().artifact(name));
        if (item.isEmpty() || artifact.isEmpty()) {
            return new Answer.Absent();
        }
        Shelf.Item from = item.get();
        ArtifactFile file = from.files().get(name);
        if (file == null || from.withdrawn().contains(name) || !file.retain()) {
            boolean superseded = shelf.newest(from.generation().source())
                    .filter(newest -> newest.sequence() > from.sequence())
                    .isPresent();
            return new Answer.Withdrawn(artifact.get(), superseded);
        }
        Boot reader = boot == null || !boot.generation.equals(from.id())
                ? null
                : boots.reads(boot, artifact.get(), visit, now);
        return new Answer.Found(new OpenArtifact(this, from.generation(), artifact.get(), file, reader));
    }

    void withdraw(GenerationId id, String name, ArtifactFile file) {
        synchronized (lock) {
            Optional<Shelf.Item> item = shelf.item(id);
            // Published again meanwhile, with another file: that one is good.
            if (item.isPresent() && item.get().files().get(name) == file) {
                shelf = shelf.with(item.get().without(name));
            }
        }
    }

    void delivered(@Nullable Boot reader, Artifact artifact) {
        if (reader != null) {
            synchronized (lock) {
                boots.delivered(reader, artifact);
            }
        }
    }

    void letGo(@Nullable Boot reader, ArtifactFile file) {
        if (reader != null) {
            synchronized (lock) {
                boots.letGo(reader, clock.instant());
            }
        }
        try {
            file.release();
        } catch (IOException e) {
            // Only a file that was never written is closed here: there is nothing to lose.
            return;
        }
    }

    /**
     * The boot that asks for its plan: one that its firmware started, or a new one.
     *
     * @param address where the request comes from
     * @param named the generation that the UKI carries; null when it carries none
     * @param machine who asks
     * @return empty when the generation is not kept here, or is not named and there are several to choose from
     */
    public Optional<Boot> plan(String address, @Nullable GenerationId named, MachineName machine) {
        synchronized (lock) {
            Instant now = clock.instant();
            Optional<ActiveBoot> known =
                    boots.forPlan(address, id -> isKept(id) && (named == null || id.equals(named)), machine, now);
            List<Shelf.Item> newest = shelf.newest();
            Optional<Shelf.Item> item = named != null
                    ? shelf.item(named)
                    : newest.size() == 1 ? Optional.of(newest.getFirst()) : Optional.empty();
            return known.or(() -> item.flatMap(i -> boots.start(address, i.generation(), null, now)))
                    .map(boot -> boots.planned(boot, machine, now));
        }
    }

    /**
     * Takes down what a machine says of its boot.
     *
     * @return the boot; empty when it is none that is under way here
     */
    public Optional<Boot> report(StageReport report) {
        synchronized (lock) {
            return boots.report(report, clock.instant());
        }
    }

    /** The boots under way, oldest first. */
    public List<Boot> active() {
        synchronized (lock) {
            return boots.active(clock.instant()).stream().map(ActiveBoot::view).toList();
        }
    }

    /** What every generation that is kept was made from and when, oldest first. */
    public List<Generation> generations() {
        return shelf.items().stream().map(Shelf.Item::generation).toList();
    }

    /**
     * An artifact of a generation that is kept, read by no boot.
     *
     * @return empty when the generation is gone, or the file was written in place
     */
    public Optional<OpenArtifact> open(GenerationId id, String name) {
        synchronized (lock) {
            Answer answer = answer(shelf.item(id), name, Visit.ofNobody(), null, clock.instant());
            return answer instanceof Answer.Found(OpenArtifact artifact) ? Optional.of(artifact) : Optional.empty();
        }
    }

    /** Every volume, the oldest first. */
    public List<VolumeRecord> volumes() {
        synchronized (lock) {
            return List.copyOf(volumes.values());
        }
    }

    /** The volume of this id. */
    public Optional<VolumeRecord> volume(String id) {
        synchronized (lock) {
            return Optional.ofNullable(volumes.get(id));
        }
    }

    /**
     * Writes down whose a volume is. Its generation is kept for as long as the volume is.
     *
     * @param durable whether this waits until it would outlive the machine's power: for a volume that holds what nobody
     *     wants to lose
     * @throws IOException when the state cannot be written
     */
    public void keep(VolumeRecord volume, boolean durable) throws IOException {
        synchronized (lock) {
            try {
                database.write(volume);
            } catch (JdbiException e) {
                throw new FleetException("the volume " + volume.id() + " cannot be written down: " + e.getMessage(), e);
            }
            volumes.put(volume.id(), volume);
        }
        if (durable) {
            database.checkpoint();
        }
    }

    /**
     * Forgets a volume, and what is kept for it alone.
     *
     * @throws IOException when the state cannot be written
     */
    public void forget(VolumeRecord volume) throws IOException {
        synchronized (lock) {
            try {
                database.removeVolume(volume.id());
            } catch (JdbiException e) {
                throw new FleetException("the volume " + volume.id() + " cannot be forgotten: " + e.getMessage(), e);
            }
            volumes.remove(volume.id());
            prune();
        }
    }

    /**
     * Forgets boots that are over, removes generations that nobody needs, and writes the database through to the disk.
     * To be called once a minute or so, not from a thread that answers requests.
     *
     * @throws IOException when the state cannot be written
     */
    public void tidy() throws IOException {
        synchronized (lock) {
            boots.removeExpired(clock.instant());
            database.keepBoots(limits.boots());
            prune();
        }
        database.checkpoint();
        JdbiException failure = notWritten();
        if (failure != null) {
            throw new FleetException("the state could not be written: " + failure.getMessage(), failure);
        }
    }

    private @Nullable JdbiException notWritten() {
        synchronized (lock) {
            return log.takeFailure();
        }
    }

    private void prune() throws IOException {
        Instant now = clock.instant();
        Set<GenerationId> needed =
                boots.active(now).stream().map(boot -> boot.generation).collect(Collectors.toCollection(HashSet::new));
        volumes.values().forEach(volume -> {
            if (volume.base() != null) {
                needed.add(volume.base().generation());
            }
        });
        for (String source : shelf.sources()) {
            shelf.items().reversed().stream()
                    .filter(item -> item.generation().source().equals(source))
                    .limit(limits.generations())
                    .forEach(item -> needed.add(item.id()));
        }
        List<Shelf.Item> gone = shelf.items().stream()
                .filter(item -> !needed.contains(item.id()))
                .toList();
        if (gone.isEmpty()) {
            return;
        }
        shelf = shelf.without(gone.stream().map(Shelf.Item::id).collect(Collectors.toSet()));
        for (Shelf.Item item : gone) {
            database.removeGeneration(item.id());
            releaseAll(item);
        }
        sweepBlobs();
    }

    private static void releaseAll(Shelf.Item item) throws IOException {
        for (ArtifactFile file : item.files().values()) {
            file.release();
        }
    }

    private void sweepBlobs() throws IOException {
        blobs.keepOnly(shelf.items().stream()
                .flatMap(item -> item.paths().values().stream())
                .collect(Collectors.toSet()));
    }

    /** Closes the state; boots and generations are found again at the next start. */
    @Override
    public void close() throws IOException {
        synchronized (lock) {
            boots.writeAll();
            for (Shelf.Item item : shelf.items()) {
                releaseAll(item);
            }
            shelf = new Shelf(List.of(), Set.of());
            database.close();
            lockFile.close();
        }
    }
}
