package org.pullboot.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Sha256;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The SQLite file and every statement on it.
 *
 * <p>One connection, one caller at a time. In WAL mode with {@code synchronous=NORMAL} a commit survives the death of
 * the process at any instant and costs no wait for the disk; after a power cut the database is whole, though the last
 * commits may be missing. Checkpoints, which do wait, are made by {@link #checkpoint} alone.
 */
final class Database implements AutoCloseable {
    private static final int BUSY_MILLIS = 5000;

    private final Path file;
    private final Handle handle;

    private Database(Path file, Handle handle) {
        this.file = file;
        this.handle = handle;
    }

    /** Opens or makes the database, readable for its owner only, and brings its schema up to date. */
    static Database open(Path file, Clock clock) throws IOException {
        if (Files.notExists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Handle handle = connect(file);
        try {
            Migrations.apply(handle, clock);
            return new Database(file, handle);
        } catch (IOException | RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    private static Handle connect(Path file) throws FleetException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        try {
            Handle handle = Jdbi.create(source).open();
            handle.execute("PRAGMA wal_autocheckpoint=0");
            return handle;
        } catch (JdbiException e) {
            throw new FleetException(
                    "the state database " + file + " cannot be opened (" + reason(e) + "): move it away to start anew",
                    e);
        }
    }

    private static @Nullable String reason(Throwable error) {
        Throwable last = error;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getMessage();
    }

    /** Copies what the write-ahead log holds into the database, waiting for the disk, on a connection of its own. */
    void checkpoint() throws FleetException {
        try (Handle own = connect(file)) {
            own.createQuery("PRAGMA wal_checkpoint(TRUNCATE)")
                    .mapTo(Integer.class)
                    .list();
        }
    }

    /** What is kept of an artifact beside what everybody may know of it. */
    record StoredArtifact(Artifact artifact, String path, FileIdentity identity) {}

    /** A generation's row and its artifacts'. */
    record StoredGeneration(
            GenerationId id, String source, long sequence, Instant published, List<StoredArtifact> artifacts) {}

    List<StoredGeneration> generations() {
        return handle
                .createQuery("SELECT id, source, sequence, published FROM generation ORDER BY sequence")
                .map((row, context) -> new StoredGeneration(
                        new GenerationId(row.getString("id")),
                        row.getString("source"),
                        row.getLong("sequence"),
                        Instant.ofEpochMilli(row.getLong("published")),
                        List.of()))
                .list()
                .stream()
                .map(g -> new StoredGeneration(g.id(), g.source(), g.sequence(), g.published(), artifacts(g.id())))
                .toList();
    }

    private List<StoredArtifact> artifacts(GenerationId id) {
        return handle.createQuery("SELECT * FROM artifact WHERE generation = ? ORDER BY name")
                .bind(0, id.hex())
                .map((row, context) -> new StoredArtifact(
                        new Artifact(
                                row.getString("name"),
                                Artifact.Role.valueOf(row.getString("role")),
                                new Sha256(row.getString("sha256")),
                                row.getLong("size"),
                                Instant.ofEpochSecond(row.getLong("last_modified")),
                                row.getString("media_type")),
                        row.getString("path"),
                        new FileIdentity(row.getLong("inode"), row.getLong("size"), row.getLong("modified"))))
                .list();
    }

    /** Writes a generation as the newest one, instead of what was there under its id. */
    void write(StoredGeneration generation) {
        handle.useTransaction(transaction -> {
            transaction.execute(
                    "DELETE FROM generation WHERE id = ?", generation.id().hex());
            transaction.execute(
                    "INSERT INTO generation (id, source, sequence, published) VALUES (?, ?, ?, ?)",
                    generation.id().hex(),
                    generation.source(),
                    generation.sequence(),
                    generation.published().toEpochMilli());
            for (StoredArtifact stored : generation.artifacts()) {
                Artifact artifact = stored.artifact();
                transaction.execute(
                        "INSERT INTO artifact (generation, name, role, sha256, size, last_modified, media_type, path,"
                                + " inode, modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        generation.id().hex(),
                        artifact.name(),
                        artifact.role().name(),
                        artifact.digest().hex(),
                        artifact.size(),
                        artifact.lastModified().getEpochSecond(),
                        artifact.mediaType(),
                        stored.path(),
                        stored.identity().inode(),
                        stored.identity().modified());
            }
        });
    }

    void removeGeneration(GenerationId id) {
        handle.execute("DELETE FROM generation WHERE id = ?", id.hex());
    }

    void write(ActiveBoot boot) {
        handle.execute(
                "INSERT INTO boot (id, generation, source, address, machine, uki, phase, started, last_seen, stage,"
                        + " message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                        + " machine = excluded.machine, uki = excluded.uki, phase = excluded.phase,"
                        + " last_seen = excluded.last_seen, stage = excluded.stage, message = excluded.message",
                boot.id,
                boot.generation.hex(),
                boot.source,
                boot.address,
                boot.machine,
                boot.uki,
                boot.phase.name(),
                boot.started.toEpochMilli(),
                boot.lastSeen.toEpochMilli(),
                boot.stage,
                boot.message);
    }

    void write(String boot, BootStage stage) {
        handle.execute(
                "INSERT INTO boot_stage (boot, number, stage, at, millis, message) SELECT ?, coalesce(max(number), 0) + 1,"
                        + " ?, ?, ?, ? FROM boot_stage WHERE boot = ?",
                boot,
                stage.stage(),
                stage.at().toEpochMilli(),
                stage.millis(),
                stage.message(),
                boot);
    }

    void write(MachineName machine, String id, String address, Instant now) {
        handle.execute(
                "INSERT INTO machine (id, mac, address, first_seen, last_seen) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET mac = coalesce(excluded.mac, machine.mac),"
                        + " address = excluded.address, last_seen = excluded.last_seen",
                id,
                machine.mac(),
                address,
                now.toEpochMilli(),
                now.toEpochMilli());
    }

    /** Boots that were seen since then and are not over, oldest first. */
    List<ActiveBoot> activeBoots(Instant since) {
        return handle.createQuery("SELECT * FROM boot WHERE last_seen >= ? AND phase <> 'OVER' ORDER BY started")
                .bind(0, since.toEpochMilli())
                .map((row, context) -> {
                    ActiveBoot boot = new ActiveBoot(
                            row.getString("id"),
                            new GenerationId(row.getString("generation")),
                            row.getString("source"),
                            row.getString("address"),
                            Instant.ofEpochMilli(row.getLong("started")));
                    boot.lastSeen = Instant.ofEpochMilli(row.getLong("last_seen"));
                    boot.machine = row.getString("machine");
                    boot.uki = row.getString("uki");
                    boot.phase = ActiveBoot.Phase.valueOf(row.getString("phase"));
                    boot.stage = row.getString("stage");
                    boot.message = row.getString("message");
                    return boot;
                })
                .list();
    }

    /** The latest boots, newest first. */
    List<Boot> boots(int limit) {
        return handle.createQuery("SELECT * FROM boot ORDER BY started DESC, id LIMIT ?")
                .bind(0, limit)
                .map((row, context) -> new Boot(
                        row.getString("id"),
                        new GenerationId(row.getString("generation")),
                        row.getString("address"),
                        row.getString("machine"),
                        Instant.ofEpochMilli(row.getLong("started")),
                        Instant.ofEpochMilli(row.getLong("last_seen")),
                        row.getString("stage"),
                        row.getString("message")))
                .list();
    }

    List<BootStage> stages(String boot) {
        return handle.createQuery("SELECT * FROM boot_stage WHERE boot = ? ORDER BY number")
                .bind(0, boot)
                .map((row, context) -> new BootStage(
                        row.getString("stage"),
                        Instant.ofEpochMilli(row.getLong("at")),
                        row.getLong("millis"),
                        row.getString("message")))
                .list();
    }

    /** Every machine that ever told its name, the one seen last first. */
    List<Machine> machines() {
        return handle.createQuery(
                        "SELECT machine.*, (SELECT count(*) FROM boot WHERE boot.machine = machine.id) AS boots"
                                + " FROM machine ORDER BY last_seen DESC, id")
                .map((row, context) -> new Machine(
                        row.getString("id"),
                        row.getString("mac"),
                        row.getString("address"),
                        Instant.ofEpochMilli(row.getLong("first_seen")),
                        Instant.ofEpochMilli(row.getLong("last_seen")),
                        row.getLong("boots")))
                .list();
    }

    /** Every volume, the oldest first. */
    List<VolumeRecord> volumes() {
        return handle.createQuery("SELECT * FROM volume ORDER BY created, id")
                .map((row, context) -> volume(row))
                .list();
    }

    private static VolumeRecord volume(ResultSet row) throws SQLException {
        String generation = row.getString("generation");
        return new VolumeRecord(
                row.getString("id"),
                VolumeRecord.Purpose.valueOf(row.getString("purpose")),
                VolumeRecord.Lifetime.valueOf(row.getString("lifetime")),
                row.getString("host"),
                row.getString("subsystem"),
                UUID.fromString(row.getString("uuid")),
                generation == null
                        ? null
                        : new VolumeRecord.Base(
                                new GenerationId(generation),
                                row.getString("image"),
                                new Sha256(row.getString("base"))),
                row.getString("boot"),
                Instant.ofEpochMilli(row.getLong("created")),
                Instant.ofEpochMilli(row.getLong("connected")));
    }

    /** Writes a volume, instead of what was there under its id. */
    void write(VolumeRecord volume) {
        VolumeRecord.Base base = volume.base();
        handle.execute(
                "INSERT OR REPLACE INTO volume (id, purpose, lifetime, host, subsystem, uuid, generation, image, base, boot,"
                        + " created, connected)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                volume.id(),
                volume.purpose().name(),
                volume.lifetime().name(),
                volume.host(),
                volume.subsystem(),
                volume.uuid().toString(),
                base == null ? null : base.generation().hex(),
                base == null ? null : base.image(),
                base == null ? null : base.digest().hex(),
                volume.boot(),
                volume.created().toEpochMilli(),
                volume.connected().toEpochMilli());
    }

    void removeVolume(String id) {
        handle.execute("DELETE FROM volume WHERE id = ?", id);
    }

    /** Forgets all but the latest boots. */
    void keepBoots(int latest) {
        Optional<Long> oldest = handle.createQuery("SELECT started FROM boot ORDER BY started DESC LIMIT 1 OFFSET ?")
                .bind(0, latest)
                .mapTo(Long.class)
                .findOne();
        oldest.ifPresent(started -> handle.execute("DELETE FROM boot WHERE started <= ?", started));
    }

    @Override
    public void close() {
        handle.close();
    }
}
