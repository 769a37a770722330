package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Memory;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.BootPlan;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.NvmeHost;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullType;
import org.pullboot.pull.RootMode;
import org.pullboot.pull.ServerTrust;
import org.pullboot.pull.Stage;

/**
 * One boot, from the mounted /proc to the image's init: where from, drivers, network, plan, download, root, modules,
 * switch root. Each step is a class of its own; this one has their order.
 */
final class Boot {
    private final Path root;
    private final KernelCommandLine line;
    private final Console console;
    private final ServerEvents events;
    private final Uptime uptime;
    private final KernelSettings kernel;
    private final StageClock clock = new StageClock(System.nanoTime());
    private @Nullable ProtectedRoot protectedRoot;

    /**
     * Nothing happens yet.
     *
     * @param root /
     * @param kernel what was changed and is put back at the end
     */
    Boot(
            Path root,
            KernelCommandLine line,
            Console console,
            ServerEvents events,
            Uptime uptime,
            KernelSettings kernel) {
        this.root = root;
        this.line = line;
        this.console = console;
        this.events = events;
        this.uptime = uptime;
        this.kernel = kernel;
    }

    /**
     * Boots; returns only by throwing.
     *
     * @param initArguments what the image's init gets after its own name
     */
    void run(List<String> initArguments) throws IOException, AgentException, NetworkException {
        try {
            boot(initArguments);
        } catch (IOException | AgentException failed) {
            ProtectedRoot opened = protectedRoot;
            if (opened != null) {
                opened.blame(failed);
            }
            throw failed;
        }
    }

    private void boot(List<String> initArguments) throws IOException, AgentException, NetworkException {
        event(BootEvent.of(Stage.STARTED));
        Network.setLoopbackUp();
        Settings settings = Settings.of(line);
        Arrival arrival = new Arrival(root, line, console, events, uptime);
        String version = arrival.kernelVersion();
        ModuleLoader modules = arrival.modules(version);
        BootOrigin origin = arrival.origin(settings, modules);
        PhaseMeasurement measurement = new PhaseMeasurement(root, console);
        measurement.measure(PhaseMeasurement.ENTER);
        StubFiles.keep(root);
        clock.end("start", System.nanoTime());

        Coldplug coldplug = new Coldplug(root.resolve("sys/bus"), modules, console);
        coldplug.run();
        clock.end("drivers", System.nanoTime());

        boolean nvme = settings.words().rootModes().contains(RootMode.NVME);
        Drivers drivers = new Drivers(modules, coldplug, console, nvme);
        Connection connection = arrival.network(origin, settings, drivers);
        clock.end("network", System.nanoTime());
        if (origin == null && connection.bootFile().startsWith("http")) {
            origin = new BootOrigin(connection.bootFile());
            console.step("booted from " + origin.url() + " (DHCP)");
        }
        String machine = MachineId.read(root.resolve("sys/class/dmi/id"));
        ServerTrust trust = Http.trust(root, settings.words());
        BootPlan plan =
                arrival.plan(origin, settings, trust, machine, connection.mac().toString());
        clock.end("plan", System.nanoTime());

        ImagePulls images = ImagePulls.parse(line.values("rd.systemd.pull"), origin);
        for (String problem : images.problems()) {
            console.warn(problem);
        }
        Path sysroot = root.resolve("sysroot");
        if (VerityHash.isOff(line) && (line.has("roothash") || line.has("usrhash"))) {
            console.warn("systemd.verity= is off: the image is not checked against roothash= and usrhash=");
        }
        ProtectedRoot opener = new ProtectedRoot(new VerityDevice(root.resolve("dev"), modules, console));
        protectedRoot = opener;
        RootFileSystem fileSystem = new RootFileSystem(
                sysroot, Files.createDirectories(root.resolve("run/pullboot")), opener, modules, console);
        RootMode mode = RootChoice.of(settings.words().rootModes(), plan == null ? null : plan.root(), console);
        boolean overNvme = mode == RootMode.NVME
                && new NvmeBoot(root, settings, modules, console, events, uptime)
                        .mount(
                                fileSystem,
                                plan,
                                origin,
                                NvmeHost.of(machine, connection.mac().toString()));
        if (overNvme) {
            clock.end("disk", System.nanoTime());
        }

        Optional<PullExpression> rootImage = rootImage(images, settings, overNvme);
        Downloads downloads = new Downloads(root, settings.words(), trust, origin, plan, console, events, uptime);
        ImageDownloads all = new ImageDownloads(
                downloads,
                root,
                images.without(rootImage),
                Settings.everyDownloadCounts(line),
                console,
                events,
                uptime);
        if (!overNvme) {
            all.root(rootImage.orElseThrow(), settings.rootHash().isPresent());
        }
        all.intoMemory();
        clock.end("download", System.nanoTime());

        drivers.awaitEnd();
        if (overNvme) {
            new NetworkHandover(root.resolve("run")).write(connection);
        } else {
            PullExpression image = rootImage.orElseThrow();
            mountRoot(image, all.inMemory(image), settings, fileSystem);
        }
        if (settings.usrHash().isPresent()) {
            fileSystem.mountUsr(settings.usrHash().get(), settings.usrType(), settings.usrFlags());
        }
        if (settings.root() instanceof RootOption.InMemory) {
            BaseDirectories.complete(sysroot);
        }
        all.ontoRoot(sysroot, overNvme);
        endAfterSuccess(all);
        event(BootEvent.of(Stage.ROOT));
        List<String> programs = InitProgram.candidates(sysroot, settings.init());
        KernelModuleTree tree = new KernelModuleTree(sysroot, version);
        if (!tree.isInImage()) {
            bringModules(tree, downloads, rootImage, settings, version);
        }
        clock.end("root", System.nanoTime());

        measurement.measure(PhaseMeasurement.LEAVE);
        switchRoot(sysroot, programs, initArguments);
    }

    /** With a disk as the root, the image that could have been the root instead, which is then not downloaded. */
    private static Optional<PullExpression> rootImage(ImagePulls images, Settings settings, boolean overNvme)
            throws AgentException {
        if (!overNvme) {
            return Optional.of(images.root(settings.root()));
        }
        return settings.words().rootModes().contains(RootMode.RAM)
                ? images.rootIfAny(settings.root())
                : Optional.empty();
    }

    private void event(BootEvent event) {
        events.add(event.at(uptime.millis()));
    }

    private void endAfterSuccess(ImageDownloads downloads) {
        FailureAction action = Settings.successAction(line, console);
        if (action.ending() != null && downloads.isComplete()) {
            console.step("all is downloaded, so the machine does what rd.systemd.pull.success_action= says");
            new Failure(console, action, false).stop(events);
        }
    }

    private void mountRoot(PullExpression image, Path place, Settings settings, RootFileSystem fileSystem)
            throws IOException, AgentException {
        if (image.type() != PullType.RAW) {
            if (settings.rootHash().isPresent()) {
                throw new AgentException(
                        "roothash= protects the root of a raw image, but the root is a tar: make a raw "
                                + "image, or boot without roothash=");
            }
            fileSystem.mountDirectory(
                    place, settings.readOnly() || !settings.words().overlay());
        } else if (settings.root() instanceof RootOption.InMemory) {
            fileSystem.mountMemory(place);
        } else {
            fileSystem.mountRaw(
                    place,
                    new RootFileSystem.RawOptions(
                            settings.root(),
                            hash(place, settings),
                            settings.rootFlags(),
                            settings.rootType(),
                            settings.words().overlay(),
                            settings.readOnly()));
        }
    }

    private Optional<VerityHash> hash(Path image, Settings settings) throws IOException, AgentException {
        return settings.rootHash().isPresent() || VerityHash.isOff(line)
                ? settings.rootHash()
                : ProtectedRoot.hashBeside(image);
    }

    /** The image lacks the modules of the kernel it runs on: the archive that the server has, else what the initrd has. */
    private void bringModules(
            KernelModuleTree tree,
            Downloads downloads,
            Optional<PullExpression> rootImage,
            Settings settings,
            String version)
            throws IOException, AgentException {
        Path place = root.resolve("run/pullboot/modules");
        Path found;
        if (settings.words().modules().isPresent()) {
            found = tree.inside(downloads.pullModules(settings.words().modules().get(), rootImage, place));
        } else {
            found = place.resolve(version);
            KernelModuleTree.copy(root.resolve("usr/lib/modules").resolve(version), found);
            console.warn("the image has no modules for the kernel " + version
                    + ": it gets the few of the initrd (rd.pullboot.modules= names an archive of all)");
        }
        tree.show(found);
    }

    private void switchRoot(Path sysroot, List<String> programs, List<String> initArguments)
            throws IOException, AgentException {
        event(BootEvent.of(Stage.SWITCH_ROOT));
        console.step("agent used at most " + Units.bytes(Memory.peakResident(root.resolve("proc/self/status"))) + ", "
                + clock);
        console.step("starting " + programs.getFirst());
        EarlyMounts.resizeRun(root, EarlyMounts.RUN_SIZE);
        events.flushLast();
        kernel.restore();
        SwitchRoot switching = new SwitchRoot(root, sysroot);
        switching.enter();
        switching.execute(programs, initArguments, environment(System.getenv()));
    }

    /** As the kernel gives it to a first process, without what the Java launcher needed. */
    static List<String> environment(Map<String, String> own) {
        List<String> environment = new ArrayList<>();
        environment.add("HOME=/");
        environment.add("TERM=" + own.getOrDefault("TERM", "linux"));
        for (Map.Entry<String, String> variable : own.entrySet()) {
            String name = variable.getKey();
            if (!name.equals("HOME")
                    && !name.equals("TERM")
                    && !name.startsWith("LD_")
                    && !name.startsWith("JAVA_")
                    && !name.startsWith("JDK_")
                    && !name.startsWith("_")) {
                environment.add(name + "=" + variable.getValue());
            }
        }
        return environment;
    }
}
