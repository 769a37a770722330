package org.pullboot.serve;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.FleetLimits;
import org.pullboot.fleet.Generation;
import org.pullboot.fleet.GenerationId;
import org.pullboot.fleet.OpenArtifact;

/**
 * Everything that {@code pullboot serve} does: publishes what it is given, answers over HTTP, and publishes again when
 * something changes. Safe for use from several threads.
 */
public final class BootService implements AutoCloseable {
    private static final int CONTAINERS_KEPT = 4;
    private static final int TIDY_SECONDS = 60;

    private final List<Source> sources;
    private final Fleet fleet;
    private final @Nullable DiskServer disks;
    private final Events events;
    private final MeasureCache measures;
    private final Publisher publisher;
    private final BootServer server;
    private final BootUrls urls;
    private final Watcher watcher;
    private final ScheduledThreadPoolExecutor timer;
    private volatile long changedAt;

    private BootService(ServeOptions options, List<Source> sources, Fleet fleet, Events events) throws IOException {
        this.sources = sources;
        this.fleet = fleet;
        this.events = events;
        ListSignatures signatures = new ListSignatures(fleet, options.listSigner());
        signatures.restore();
        Clock clock = Clock.systemUTC();
        this.measures = new MeasureCache(options.cache().resolve("measured"), clock);
        DiskOptions diskOptions = options.disks();
        // Before anything is published: UKIs carry the port that was taken.
        this.disks = diskOptions == null ? null : DiskServer.start(diskOptions, options.state(), fleet, events, clock);
        CommandLine.NvmeRoot root = disks == null || diskOptions == null
                ? null
                : new CommandLine.NvmeRoot(disks.port(), diskOptions.ramFallback());
        UkiFactory ukis =
                new UkiFactory(options, new KernelFinder(options, events, clock), measures, events, clock, root);
        ContainerImages containers = new ContainerImages(
                new CacheEntries(options.cache().resolve("containers"), CONTAINERS_KEPT, clock),
                measures,
                events,
                options.commandLine().contains("init="));
        this.publisher = new Publisher(
                fleet, measures, ukis, signatures, containers, disks == null ? null : disks.bases(), events);
        this.watcher = new Watcher(sources, this::changing, this::changed);
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("tidy").factory());
        this.server = BootServer.start(
                options.listen(),
                fleet,
                signatures,
                disks,
                options.limits(),
                events,
                this::withdrawn,
                SocketBuffers.bytes());
        this.urls = BootUrls.of(server.address(), options.advertise());
    }

    /**
     * Publishes everything, building what is missing, and serves it until this is closed. Returns when machines can
     * boot; the listener was told {@link ServeEvent.Listening} by then, or soon is.
     *
     * @throws IOException when a path cannot be served, something cannot be built, or the address is taken; the message
     *     says what to do
     */
    public static BootService start(ServeOptions options, ServeListener listener) throws IOException {
        List<Source> sources = Source.of(options.paths());
        Events events = new Events(listener, System::nanoTime);
        Fleet fleet = Fleet.open(options.state(), Clock.systemUTC(), FleetLimits.defaults());
        BootService service;
        try {
            fleet.serve(sources.stream().map(Source::name).collect(Collectors.toSet()));
            service = new BootService(options, sources, fleet, events);
        } catch (IOException | RuntimeException e) {
            fleet.close();
            events.close();
            throw e;
        }
        try {
            service.begin();
            return service;
        } catch (IOException | RuntimeException e) {
            service.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        long start = System.nanoTime();
        List<ServeEvent> published = new ArrayList<>();
        for (Source source : sources) {
            published.add(event(publisher.publish(source), start));
        }
        checkNames();
        InetSocketAddress address = server.address();
        List<String> all = fleet.newest().stream()
                .flatMap(generation -> ukis(generation).stream())
                .toList();
        if (disks != null) {
            disks.ready();
        }
        events.tell(new ServeEvent.Listening(
                url(),
                all,
                urls.directory(),
                address.getAddress().getHostAddress(),
                address.getPort(),
                disks == null ? null : disks.whereabouts(urls.host())));
        published.forEach(events::tell);
        watcher.start();
        var _ = timer.scheduleWithFixedDelay(this::tidy, TIDY_SECONDS, TIDY_SECONDS, TimeUnit.SECONDS);
    }

    /** All sources lie in one directory of URLs, so what one of them has, another must not have. */
    private void checkNames() throws ServeException {
        Map<String, String> sourceOf = new HashMap<>();
        for (Generation generation : fleet.newest()) {
            for (Artifact artifact : generation.artifacts()) {
                String other = sourceOf.put(artifact.name(), generation.source());
                if (other != null && artifact.role() != Artifact.Role.MODULES) {
                    throw new ServeException("both " + other + " and " + generation.source() + " have "
                            + artifact.name() + ", but what is served lies in one directory: rename one of them,"
                            + " or serve them apart");
                }
            }
        }
    }

    /** What a machine is told to boot: the first UKI, else the directory. */
    public String url() {
        return fleet.newest().stream()
                .flatMap(generation -> ukis(generation).stream())
                .findFirst()
                .orElse(urls.directory());
    }

    private List<String> ukis(Generation generation) {
        return generation.artifacts().stream()
                .filter(artifact -> artifact.role() == Artifact.Role.UKI)
                .map(artifact -> urls.of(artifact.name()))
                .toList();
    }

    private ServeEvent.Published event(Generation generation, long since) {
        return new ServeEvent.Published(
                generation.id().hex(),
                generation.source(),
                generation.artifacts().stream().map(Artifact::name).toList(),
                ukis(generation),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
    }

    private void changing(Source source) {
        changedAt = System.nanoTime();
        events.tell(new ServeEvent.Rebuilding(source.name()));
    }

    /** A source that cannot be published keeps what it had. */
    private void changed(Source source) {
        Optional<GenerationId> before = newest(source);
        try {
            Generation generation = publisher.publish(source);
            if (!before.equals(Optional.of(generation.id()))) {
                events.tell(event(generation, changedAt));
                if (disks != null) {
                    disks.published();
                }
            }
        } catch (IOException | RuntimeException e) {
            String reason = e instanceof IOException ? e.getMessage() : e.toString();
            events.problem("The new version of " + source.name() + " is not served (" + reason
                    + "): the one before it stays.");
        }
    }

    private Optional<GenerationId> newest(Source source) {
        return fleet.newest().stream()
                .filter(generation -> generation.source().equals(source.name()))
                .map(Generation::id)
                .findFirst();
    }

    private void withdrawn(OpenArtifact artifact) {
        for (Source source : sources) {
            if (source.name().equals(artifact.generation().source())) {
                source.path(artifact.artifact().name()).ifPresent(measures::forget);
                watcher.force(source);
            }
        }
    }

    private void tidy() {
        try {
            if (disks != null) {
                disks.tidy();
            }
            fleet.tidy();
        } catch (IOException | RuntimeException e) {
            events.problem("The state cannot be written (" + e.getMessage() + "): make room, or mend its disk.");
        }
    }

    /** Ends every transfer and lets go of the state. */
    @Override
    public void close() throws IOException {
        watcher.close();
        timer.shutdownNow();
        server.close();
        if (disks != null) {
            disks.close();
        }
        fleet.close();
        events.close();
    }
}
