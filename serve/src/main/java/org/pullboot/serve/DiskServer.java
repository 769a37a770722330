package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.Fleet;
import org.pullboot.nvme.AuthenticationKeys;
import org.pullboot.nvme.DhChapSecret;
import org.pullboot.nvme.NvmeTarget;
import org.pullboot.nvme.TargetOptions;
import org.pullboot.pull.NvmePlan;

/** Serves disks over NVMe/TCP: the target, and the volumes that it exports. Safe for use from several threads. */
final class DiskServer implements AutoCloseable {
    private static final int CHECK_SECONDS = 2;

    private final BaseStore bases;
    private final OpenVolumes volumes;
    private final Disks disks;
    private final NvmeTarget target;
    private final AdminSocket admin;
    private final Events events;
    private final ScheduledThreadPoolExecutor timer;

    private DiskServer(
            BaseStore bases, OpenVolumes volumes, Disks disks, NvmeTarget target, AdminSocket admin, Events events) {
        this.bases = bases;
        this.volumes = volumes;
        this.disks = disks;
        this.target = target;
        this.admin = admin;
        this.events = events;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("bases").factory());
    }

    /**
     * Starts to listen. Hosts whose volumes are here get them at once; others are asked to wait until {@link #ready}.
     *
     * @throws IOException when the volumes cannot be used, or the address is taken
     */
    static DiskServer start(DiskOptions options, Path state, Fleet fleet, Events events, Clock clock)
            throws IOException {
        BaseStore bases = BaseStore.open(state.resolve("bases"));
        OpenVolumes volumes = OpenVolumes.open(state.resolve("volumes"), bases, fleet.volumes(), clock);
        try {
            ServerKey key = ServerKey.open(state.resolve("key"), new SecureRandom());
            Disks disks = new Disks(options, fleet, bases, volumes, key, events, clock);
            TargetOptions where =
                    TargetOptions.defaults().listeningOn(options.listen()).withTls(options.tls());
            NvmeTarget target = NvmeTarget.start(
                    options.discovery().map(where::withDiscovery).orElse(where), disks);
            AdminSocket admin =
                    AdminSocket.start(state.resolve(VolumeAdmin.SOCKET), new VolumeDesk(fleet, bases, volumes), events);
            DiskServer server = new DiskServer(bases, volumes, disks, target, admin, events);
            var _ = server.timer.scheduleWithFixedDelay(
                    server::checkBases, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
            return server;
        } catch (IOException | RuntimeException e) {
            volumes.close();
            throw e;
        }
    }

    int port() {
        return target.address().getPort();
    }

    BaseStore bases() {
        return bases;
    }

    /** Everything is published: from now on a subsystem that is not there is not there. */
    void ready() {
        disks.ready();
        target.subsystemsChanged();
    }

    /** There may be other images now. */
    void published() {
        target.subsystemsChanged();
    }

    /**
     * Where disks are had.
     *
     * @param host this server, as machines are told
     */
    ServeEvent.Nvme whereabouts(String host) {
        List<String> subsystems = disks.subsystems();
        return new ServeEvent.Nvme(host, String.valueOf(port()), subsystems.isEmpty() ? "" : subsystems.getFirst());
    }

    /** What a machine is told in its plan beside what its command line says. */
    NvmePlan plan(Boot boot) {
        String machine = boot.machine();
        NvmePlan plan = machine == null ? NvmePlan.NONE : NvmePlan.NONE.as(HostName.of(machine));
        if (disks.dataNamespace() > 0) {
            plan = plan.withData(disks.dataNamespace());
        }
        Optional<AuthenticationKeys> keys = disks.keys(boot.id());
        return keys.isEmpty()
                ? plan
                : plan.with(
                        keys.get().host().text(),
                        keys.get().controller().map(DhChapSecret::text).orElse(null));
    }

    private void checkBases() {
        try {
            for (String volume : volumes.revokeOverwritten()) {
                events.problem(
                        "The disk of volume " + volume + " was taken from its machine: " + BaseStore.OVERWRITTEN + ".");
            }
        } catch (IOException e) {
            events.problem("The images below the volumes cannot be looked at (" + e.getMessage()
                    + "): mend their file system.");
        }
    }

    void tidy() throws IOException {
        disks.tidy();
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        admin.close();
        target.close();
        volumes.close();
    }
}
