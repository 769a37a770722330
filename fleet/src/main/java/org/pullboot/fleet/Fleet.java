package org.pullboot.fleet;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.FileHandle;

/**
 * What is served and who boots from it: generations with their open files, boots pinned to them, machines.
 *
 * <p>Kept in a state directory: {@code fleet.db} (SQLite), {@code blobs/} (second names of served files) and {@code lock}.
 * Safe for use from several threads. Look-ups of files take no lock but for the boot's own bookkeeping.
 */
public final class Fleet implements AutoCloseable {
    private static final Duration SEEN_EVERY = Duration.ofSeconds(10);
    private static final int BOOT_ID_BYTES = 9;
    private static final int MAX_MESSAGE = 1024;

    private final Clock clock;
    private final FleetLimits limits;
    private final Database database;
    private final BlobStore blobs;
    private final FileChannel lockFile;
    private final BootRegistry boots;
    private final SecureRandom random = new SecureRandom();
    private final Object lock = new Object();
    private volatile Shelf shelf = new Shelf(List.of(), Set.of());

    private Fleet(Clock clock, FleetLimits limits, Database database, BlobStore blobs, FileChannel lockFile) {
        this.clock = clock;
        this.limits = limits;
        this.database = database;
        this.blobs = blobs;
        this.lockFile = lockFile;
        this.boots = new BootRegistry(limits);
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
        Instant now = clock.instant();
        database.activeBoots(now.minus(limits.bootIdle())).forEach(boots::add);
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
            Optional<ActiveBoot> boot = bootOf(visit, name, now);
            boolean uki = newest.flatMap(item -> item.generation().artifact(name))
                    .filter(artifact -> artifact.role() == Artifact.Role.UKI)
                    .isPresent();
            if (visit.firmware()
                    && uki
                    && boot.filter(b -> continues(b, visit, name, now)).isEmpty()) {
                boot = newest.map(item -> start(visit.address(), item, name, now));
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
            Optional<ActiveBoot> boot = boots.newest(visit.address(), now, b -> b.generation.equals(id));
            return answer(shelf.item(id), name, visit, boot.orElse(null), now);
        }
    }

    /** What a visitor sees under plain names: its boot's generation, and the newest one of every other source. */
    public List<Generation> visible(Visit visit) {
        synchronized (lock) {
            Optional<Generation> pinned =
                    boots.newest(visit.address(), clock.instant(), b -> true).flatMap(b -> generation(b.generation));
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

    private Optional<ActiveBoot> bootOf(Visit visit, String name, Instant now) {
        String tag = visit.entityTag();
        if (tag != null) {
            Optional<ActiveBoot> holder = boots.newest(
                    visit.address(),
                    now,
                    boot -> generation(boot.generation)
                            .flatMap(generation -> generation.artifact(name))
                            .filter(artifact -> artifact.entityTag().equals(tag))
                            .isPresent());
            if (holder.isPresent()) {
                return holder;
            }
        }
        return boots.newest(visit.address(), now, boot -> true);
    }

    private boolean continues(ActiveBoot boot, Visit visit, String name, Instant now) {
        return shelf.item(boot.generation).isPresent()
                && boot.continuedBy(visit, name, boot.started.plus(limits.headGrace()), now);
    }

    private ActiveBoot start(String address, Shelf.Item item, @Nullable String uki, Instant now) {
        byte[] id = new byte[BOOT_ID_BYTES];
        random.nextBytes(id);
        ActiveBoot boot = new ActiveBoot(
                HexFormat.of().formatHex(id),
                item.id(),
                item.generation().source(),
                address,
                now.truncatedTo(ChronoUnit.MILLIS));
        boot.uki = uki;
        boot.phase = uki == null ? ActiveBoot.Phase.RUN : ActiveBoot.Phase.HEAD;
        boots.add(boot);
        database.write(boot);
        database.write(boot.id, new BootStage(Boot.FIRMWARE, boot.started, -1, null));
        return boot;
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
        Boot reader = null;
        if (boot != null && boot.generation.equals(from.id())) {
            boot.transfers++;
            if (!visit.head() && name.equals(boot.uki) && boot.phase == ActiveBoot.Phase.HEAD) {
                boot.phase = ActiveBoot.Phase.FETCH;
                database.write(boot);
            }
            seen(boot, now);
            reader = boot.view();
        }
        return new Answer.Found(new OpenArtifact(this, from.generation(), artifact.get(), file, reader));
    }

    private void seen(ActiveBoot boot, Instant now) {
        boot.lastSeen = now;
        if (boot.written.plus(SEEN_EVERY).isBefore(now)) {
            boot.written = now;
            database.write(boot);
        }
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
        if (reader == null) {
            return;
        }
        synchronized (lock) {
            boots.byId(reader.id()).ifPresent(boot -> {
                if (artifact.name().equals(boot.uki) && boot.phase == ActiveBoot.Phase.FETCH) {
                    boot.phase = ActiveBoot.Phase.RUN;
                    database.write(boot);
                }
            });
        }
    }

    void letGo(@Nullable Boot reader, ArtifactFile file) {
        synchronized (lock) {
            if (reader != null) {
                boots.byId(reader.id()).ifPresent(boot -> {
                    boot.transfers--;
                    boot.lastSeen = clock.instant();
                });
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
            Optional<ActiveBoot> known = boots.forPlan(
                    address,
                    now,
                    boot -> shelf.item(boot.generation).isPresent() && (named == null || boot.generation.equals(named)),
                    Optional.ofNullable(machine.id()));
            List<Shelf.Item> newest = shelf.newest();
            Optional<Shelf.Item> item = named != null
                    ? shelf.item(named)
                    : newest.size() == 1 ? Optional.of(newest.getFirst()) : Optional.empty();
            Optional<ActiveBoot> boot = known.or(() -> item.map(i -> start(address, i, null, now)));
            boot.ifPresent(b -> {
                attach(b, machine, now);
                b.phase = ActiveBoot.Phase.RUN;
                b.lastSeen = now;
                database.write(b);
            });
            return boot.map(ActiveBoot::view);
        }
    }

    private void attach(ActiveBoot boot, MachineName machine, Instant now) {
        String id = machine.id();
        if (id == null) {
            return;
        }
        database.write(machine, id, boot.address, now);
        boot.machine = id;
        for (ActiveBoot other : boots.all()) {
            if (other != boot && id.equals(other.machine) && other.phase != ActiveBoot.Phase.OVER) {
                other.phase = ActiveBoot.Phase.OVER;
                database.write(other);
            }
        }
    }

    /**
     * Takes down what a machine says of its boot.
     *
     * @return the boot; empty when it is none that is under way here
     */
    public Optional<Boot> report(StageReport report) {
        synchronized (lock) {
            Instant now = clock.instant();
            String id = report.machine().id();
            Optional<ActiveBoot> boot = report.boot() == null
                    ? boots.newest(report.address(), now, b -> id == null || b.machine == null || id.equals(b.machine))
                    : boots.byId(report.boot());
            boot.ifPresent(b -> take(report, b, now));
            return boot.map(ActiveBoot::view);
        }
    }

    private void take(StageReport report, ActiveBoot boot, Instant now) {
        if (boot.machine == null) {
            attach(boot, report.machine(), now);
        }
        String message = report.message();
        if (message != null) {
            boot.message = message.substring(0, Math.min(message.length(), MAX_MESSAGE));
        }
        if (boot.stage.equals(report.stage()) && message == null) {
            seen(boot, now);
            return;
        }
        boot.stage = report.stage();
        boot.lastSeen = now;
        database.write(boot);
        database.write(boot.id, new BootStage(boot.stage, now, report.millis(), boot.message));
    }

    /** The boots under way, oldest first. */
    public List<Boot> active() {
        synchronized (lock) {
            Instant now = clock.instant();
            return boots.all().stream()
                    .filter(boot -> !boots.expired(boot, now))
                    .map(ActiveBoot::view)
                    .toList();
        }
    }

    /** What every generation that is kept was made from and when, oldest first. */
    public List<Generation> generations() {
        return shelf.items().stream().map(Shelf.Item::generation).toList();
    }

    /**
     * Forgets boots that are over, removes generations that nobody needs, and writes the database through to the disk.
     * To be called once a minute or so, not from a thread that answers requests.
     *
     * @throws IOException when the state cannot be written
     */
    public void tidy() throws IOException {
        synchronized (lock) {
            boots.removeExpired(clock.instant()).forEach(boot -> {
                boot.phase = ActiveBoot.Phase.OVER;
                database.write(boot);
            });
            database.keepBoots(limits.boots());
            prune();
        }
        database.checkpoint();
    }

    private void prune() throws IOException {
        Instant now = clock.instant();
        Set<GenerationId> needed = boots.all().stream()
                .filter(boot -> !boots.expired(boot, now))
                .map(boot -> boot.generation)
                .collect(Collectors.toCollection(HashSet::new));
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
            boots.all().forEach(database::write);
            for (Shelf.Item item : shelf.items()) {
                releaseAll(item);
            }
            shelf = new Shelf(List.of(), Set.of());
            database.close();
            lockFile.close();
        }
    }
}
