package org.pullboot.serve;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.Generation;
import org.pullboot.fleet.VolumeRecord;
import org.pullboot.fleet.VolumeRecord.Base;
import org.pullboot.fleet.VolumeRecord.Lifetime;
import org.pullboot.fleet.VolumeRecord.Purpose;
import org.pullboot.image.Sha256;
import org.pullboot.nvme.AuthenticationKeys;
import org.pullboot.nvme.Export;
import org.pullboot.nvme.Exports;
import org.pullboot.nvme.Host;
import org.pullboot.nvme.Namespace;
import org.pullboot.nvme.RefusedException;
import org.pullboot.nvme.RefusedException.Reason;
import org.pullboot.nvme.SubsystemIdentity;
import org.pullboot.nvme.TlsPskSecret;

/**
 * Which host gets which volume: decides when a host connects, by the boot that it is in, what it has, and what the user
 * wants. Safe for use from several threads.
 */
final class Disks implements Exports {
    /** A volume of a boot whose host stays away for so long is not missed. */
    private static final Duration ABANDONED = Duration.ofHours(24);

    private static final int ROOT_ID = 1;
    private static final int DATA_ID = 2;

    private final DiskOptions options;
    private final Fleet fleet;
    private final BaseStore bases;
    private final OpenVolumes volumes;
    private final ServerKey key;
    private final Events events;
    private final Clock clock;
    private volatile boolean ready;

    Disks(
            DiskOptions options,
            Fleet fleet,
            BaseStore bases,
            OpenVolumes volumes,
            ServerKey key,
            Events events,
            Clock clock) {
        this.options = options;
        this.fleet = fleet;
        this.bases = bases;
        this.volumes = volumes;
        this.key = key;
        this.events = events;
        this.clock = clock;
    }

    /** Everything is published: a subsystem that is not there now is none. */
    void ready() {
        ready = true;
    }

    /** The subsystems that there are: one for each image that is a disk, newest generations first. */
    List<String> subsystems() {
        return Stream.concat(
                        fleet.newest().stream().flatMap(this::subsystems),
                        fleet.volumes().stream().map(VolumeRecord::subsystem))
                .distinct()
                .toList();
    }

    private Stream<String> subsystems(Generation generation) {
        return generation.artifacts().stream()
                .filter(artifact -> artifact.role() == Artifact.Role.IMAGE && bases.has(artifact.digest()))
                .map(artifact -> SubsystemName.of(artifact.name()));
    }

    @Override
    public List<String> visibleTo(Host host) {
        return allowed(host) ? subsystems() : List.of();
    }

    @Override
    public Optional<TlsPskSecret> tlsSecret(String hostNqn, String subsystem) {
        HostList hosts = options.hosts();
        return hosts == null ? Optional.empty() : hosts.tls(hostNqn);
    }

    private boolean allowed(Host host) {
        HostList hosts = options.hosts();
        return hosts == null || hosts.has(host.nqn());
    }

    @Override
    public Export open(String subsystem, Host host) throws RefusedException {
        if (!subsystems().contains(subsystem)) {
            // Linux gives up a disk whose subsystem is said to be gone, and a server that starts knows no better yet.
            Reason reason = ready ? Reason.UNKNOWN_SUBSYSTEM : Reason.NOT_NOW;
            throw new RefusedException(reason, "there is no subsystem " + subsystem);
        }
        if (!allowed(host)) {
            throw new RefusedException(Reason.HOST_NOT_ALLOWED, host.nqn() + " is not on the list of hosts");
        }
        synchronized (this) {
            Optional<Boot> boot = bootOf(host);
            Optional<VolumeRecord> held = held(host.nqn(), subsystem, Purpose.ROOT);
            if (options.requireBoot()
                    && boot.isEmpty()
                    && held.map(VolumeRecord::boot).isEmpty()) {
                throw new RefusedException(
                        Reason.HOST_NOT_ALLOWED, host.nqn() + " did not boot from here, and --require-boot is given");
            }
            String bootId =
                    boot.map(Boot::id).or(() -> held.map(VolumeRecord::boot)).orElse(null);
            return new HostExport(subsystem, host, boot.orElse(null), bootId);
        }
    }

    /** The boot that a host is in, by its NQN. */
    private Optional<Boot> bootOf(Host host) {
        return fleet.active().stream()
                .filter(boot -> boot.machine() != null
                        && HostName.of(boot.machine()).nqn().equals(host.nqn()))
                .reduce((older, newer) -> newer);
    }

    private Optional<VolumeRecord> held(String host, String subsystem, Purpose purpose) {
        return fleet.volumes().stream()
                .filter(volume -> volume.isOf(host, subsystem, purpose))
                .reduce((older, newer) -> newer);
    }

    /** The namespace that is a machine's own data; 0 when it has none. */
    int dataNamespace() {
        return options.dataBytes() > 0 ? DATA_ID : 0;
    }

    /** How a machine proves in a boot who it is; empty when it need not. */
    Optional<AuthenticationKeys> keys(String boot) {
        return options.authenticate() ? Optional.of(key.keysOf(boot)) : Optional.empty();
    }

    private Optional<AuthenticationKeys> keys(Host host, @Nullable String boot) {
        HostList hosts = options.hosts();
        Optional<AuthenticationKeys> listed = hosts == null ? Optional.empty() : hosts.keys(host.nqn());
        if (listed.isPresent()) {
            return listed;
        }
        if (!options.authenticate()) {
            return Optional.empty();
        }
        // A host that is in no boot has no secret: none that it can know fits.
        return Optional.of(key.keysOf(boot == null ? UUID.randomUUID().toString() : boot));
    }

    /** What one association has: its volumes are looked for, or made, when it first asks for them. */
    private final class HostExport implements Export {
        private final String subsystem;
        private final Host host;
        private final @Nullable Boot boot;
        private final @Nullable String bootId;
        private final List<OpenVolumes.Lease> leases = new ArrayList<>();

        HostExport(String subsystem, Host host, @Nullable Boot boot, @Nullable String bootId) {
            this.subsystem = subsystem;
            this.host = host;
            this.boot = boot;
            this.bootId = bootId;
        }

        @Override
        public SubsystemIdentity identity() {
            return new SubsystemIdentity(key.serialOf(subsystem), "Pullboot", "1");
        }

        @Override
        public Optional<AuthenticationKeys> authentication() {
            return keys(host, bootId);
        }

        @Override
        public List<Namespace> namespaces() throws IOException {
            synchronized (Disks.this) {
                if (leases.isEmpty()) {
                    attach(rootOf(subsystem, host, boot));
                    if (options.dataBytes() > 0) {
                        dataOf(subsystem, host).ifPresent(this::attachOrTell);
                    }
                }
                List<Namespace> namespaces = new ArrayList<>();
                for (OpenVolumes.Lease lease : leases) {
                    int id = lease.record().purpose() == Purpose.ROOT ? ROOT_ID : DATA_ID;
                    namespaces.add(new Namespace(id, lease.record().uuid(), lease.disk()));
                }
                return namespaces;
            }
        }

        private void attach(VolumeRecord volume) throws IOException {
            leases.add(volumes.lease(volume));
            fleet.keep(volume.connectedAt(clock.instant()), false);
            tell(volume, "connected", null);
        }

        private void attachOrTell(VolumeRecord data) {
            try {
                attach(data);
            } catch (IOException e) {
                events.problem("The data volume of " + HostName.shown(host.nqn()) + " cannot be had (" + e.getMessage()
                        + "): the machine runs without it.");
            }
        }

        @Override
        public void close() {
            synchronized (Disks.this) {
                for (OpenVolumes.Lease lease : leases) {
                    try {
                        lease.close();
                    } catch (IOException e) {
                        events.problem("The volume " + lease.record().id() + " could not be closed (" + e.getMessage()
                                + "): pullboot volume check tells whether something is lost.");
                    }
                    LeasedDisk disk = lease.disk();
                    tell(lease.record(), "disconnected", disk.takeRead(), disk.takeWritten(), null);
                }
                leases.clear();
            }
        }
    }

    private VolumeRecord rootOf(String subsystem, Host host, @Nullable Boot boot) throws IOException {
        Optional<VolumeRecord> held = held(host.nqn(), subsystem, Purpose.ROOT);
        if (held.isPresent() && (boot == null || boot.id().equals(held.get().boot()))) {
            return held.get();
        }
        Base base = base(subsystem, boot);
        String bootId = boot == null ? null : boot.id();
        if (held.isPresent() && held.get().lifetime() == Lifetime.MACHINE) {
            return kept(held.get().of(bootId), base);
        }
        if (held.isPresent()) {
            remove(held.get(), "removed");
        }
        boolean keep = options.persistence() == DiskOptions.Persistence.MACHINE;
        VolumeRecord made =
                record(Purpose.ROOT, keep ? Lifetime.MACHINE : Lifetime.BOOT, host.nqn(), subsystem, base, bootId);
        create(made);
        return made;
    }

    /** A kept volume at the next boot: over its own image, unless there is a newer one and the user wants that. */
    private VolumeRecord kept(VolumeRecord volume, Base newest) throws IOException {
        Base own = Objects.requireNonNull(volume.base());
        if (own.digest().equals(newest.digest())) {
            fleet.keep(volume, false);
            return volume;
        }
        String choice = "its volume " + volume.id() + " is over generation " + own.generation() + ", the newest is "
                + newest.generation();
        if (options.onNewImage() == DiskOptions.OnNewImage.RESET) {
            VolumeRecord next = volume.over(newest);
            volumes.replace(volume, next);
            fleet.keep(next, true);
            tell(next, "reset", choice + ": reset, as --on-new-image says");
            return next;
        }
        fleet.keep(volume, false);
        tell(
                volume,
                "kept",
                options.onNewImage() == DiskOptions.OnNewImage.KEEP
                        ? choice + ": kept, as --on-new-image says"
                        : choice + ": kept; to start from the newest one at its next boot, pullboot volume reset "
                                + volume.id());
        return volume;
    }

    /** A host has one data volume; a second association of it under another subsystem does without. */
    private Optional<VolumeRecord> dataOf(String subsystem, Host host) {
        Optional<VolumeRecord> held = fleet.volumes().stream()
                .filter(volume ->
                        volume.purpose() == Purpose.DATA && volume.host().equals(host.nqn()))
                .findFirst();
        if (held.isPresent()) {
            boolean elsewhere = volumes.connectedSince(held.get().id()).isPresent()
                    && !held.get().subsystem().equals(subsystem);
            return elsewhere ? Optional.empty() : held.map(volume -> volume.under(subsystem));
        }
        VolumeRecord made = record(Purpose.DATA, Lifetime.MACHINE, host.nqn(), subsystem, null, null);
        try {
            create(made);
            return Optional.of(made);
        } catch (IOException e) {
            events.problem("The data volume of " + HostName.shown(host.nqn()) + " cannot be made (" + e.getMessage()
                    + "): the machine runs without it.");
            return Optional.empty();
        }
    }

    private VolumeRecord record(
            Purpose purpose,
            Lifetime lifetime,
            String host,
            String subsystem,
            @Nullable Base base,
            @Nullable String boot) {
        UUID uuid = UUID.randomUUID();
        String id =
                (purpose == Purpose.ROOT ? "root-" : "data-") + uuid.toString().substring(0, 13);
        Instant now = clock.instant();
        return new VolumeRecord(id, purpose, lifetime, host, subsystem, uuid, base, boot, now, Instant.EPOCH);
    }

    private void create(VolumeRecord volume) throws IOException {
        // Written down first: what is not written down is removed when the server starts.
        fleet.keep(volume, volume.lifetime() == Lifetime.MACHINE);
        try {
            volumes.create(volume, volume.purpose() == Purpose.DATA ? options.dataBytes() : 0, options.limit());
        } catch (IOException | RuntimeException e) {
            fleet.forget(volume);
            throw e;
        }
        tell(volume, "created", null);
    }

    /** The image that a boot is pinned to, else the newest one. */
    private Base base(String subsystem, @Nullable Boot boot) throws ServeException {
        Optional<Generation> pinned = boot == null ? Optional.empty() : fleet.generation(boot.generation());
        return bases.base(subsystem, Stream.concat(pinned.stream(), fleet.newest().stream()))
                .orElseThrow(() -> new ServeException("there is no image of the subsystem " + subsystem
                        + " any more: serve it again, or delete the volumes that were made over it"));
    }

    /** Removes a volume; its host's association, if it has one yet, gets errors from then on. */
    private void remove(VolumeRecord volume, String how) throws IOException {
        fleet.forget(volume);
        volumes.delete(volume.id());
        tell(volume, how, null);
    }

    private void tell(VolumeRecord volume, String what, @Nullable String message) {
        tell(volume, what, -1, -1, message);
    }

    private void tell(VolumeRecord volume, String what, long read, long written, @Nullable String message) {
        Base base = volume.base();
        events.tell(new ServeEvent.Disk(
                what,
                HostName.shown(volume.host()),
                volume.id(),
                base == null ? null : base.generation().hex(),
                read,
                written,
                message));
    }

    /**
     * Removes the volumes of boots that are over, and the bases that nobody needs.
     *
     * @throws IOException when the state cannot be written
     */
    synchronized void tidy() throws IOException {
        Instant limit = clock.instant().minus(ABANDONED);
        for (VolumeRecord volume : fleet.volumes()) {
            Instant last = volume.connected().isAfter(volume.created()) ? volume.connected() : volume.created();
            if (volume.lifetime() == Lifetime.BOOT
                    && last.isBefore(limit)
                    && !volumes.connectedSince(volume.id()).isPresent()) {
                remove(volume, "removed");
            }
        }
        Set<Sha256> needed = new HashSet<>();
        fleet.generations().forEach(generation -> generation.artifacts().forEach(a -> needed.add(a.digest())));
        for (VolumeRecord volume : fleet.volumes()) {
            Base base = volume.base();
            if (base != null) {
                needed.add(base.digest());
            }
        }
        bases.keepOnly(needed);
    }
}
