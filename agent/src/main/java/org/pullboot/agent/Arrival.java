package org.pullboot.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.KernelModules;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.BootPlan;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.PullException;
import org.pullboot.pull.Puller;
import org.pullboot.pull.ServerTrust;
import org.pullboot.pull.Stage;

/** What every start of a machine begins with, whatever comes of it: drivers, where from, network, the server's plan. */
final class Arrival {
    private final Path root;
    private final KernelCommandLine line;
    private final Console console;
    private final ServerEvents events;
    private final Uptime uptime;

    /**
     * Nothing happens yet.
     *
     * @param root /
     */
    Arrival(Path root, KernelCommandLine line, Console console, ServerEvents events, Uptime uptime) {
        this.root = root;
        this.line = line;
        this.console = console;
        this.events = events;
        this.uptime = uptime;
    }

    /** The running kernel's version, which must be the one that the initrd has modules for. */
    String kernelVersion() throws IOException, AgentException {
        String running = text("proc/sys/kernel/osrelease");
        String expected = text("etc/pullboot/kernel");
        if (!running.equals(expected)) {
            throw new AgentException("the initrd is for the kernel " + expected + ", but " + running
                    + " is running: build them together");
        }
        return running;
    }

    private String text(String file) throws IOException {
        return Files.readString(root.resolve(file), StandardCharsets.US_ASCII).strip();
    }

    /** The initrd's modules. */
    ModuleLoader modules(String version) throws IOException {
        return new ModuleLoader(
                root.resolve("etc/pullboot"), root.resolve("usr/lib/modules").resolve(version), new KernelInserter());
    }

    /** Where this machine was booted from, if anything tells it. */
    @Nullable
    BootOrigin origin(Settings settings, ModuleLoader modules) {
        Path efi = root.resolve("sys/firmware/efi");
        try {
            Origin.mountVariables(efi, modules);
        } catch (IOException unreadable) {
            console.warn("the firmware's variables cannot be read: " + Failure.sentence(unreadable));
        }
        return Origin.find(efi.resolve("efivars"), settings.words().origin(), console)
                .orElse(null);
    }

    /** Brings the network up, and loads drivers meanwhile. */
    Connection network(@Nullable BootOrigin origin, Settings settings, Drivers drivers) throws NetworkException {
        NetworkConfiguration configuration = NetworkConfiguration.of(line);
        Optional<InetAddress> server = Optional.empty();
        if (origin != null) {
            server = ServerAddress.of(origin.url());
        } else if (settings.nvme().isPresent()) {
            server = IpAddress.parse(settings.nvme().get().address());
        }
        if (server.isPresent()) {
            configuration = configuration.withServer(server.get());
        }
        drivers.start();
        try {
            Network network = new Network(
                    root.resolve("etc/resolv.conf"), root.resolve("proc/sys/net/ipv6/conf"), new NetworkSteps());
            Connection connection = network.bringUp(configuration);
            event(BootEvent.of(Stage.NETWORK).saying(connection.describe()));
            return connection;
        } finally {
            drivers.stop();
        }
    }

    /** The server's plan, when it has one: a plain web server boots machines as well. Events follow it, as it names the boot. */
    @Nullable
    BootPlan plan(
            @Nullable BootOrigin origin, Settings settings, ServerTrust trust, @Nullable String machine, String mac) {
        if (origin == null) {
            return null;
        }
        BootPlan plan = null;
        Puller http = Http.forEvents(root, trust);
        try {
            String url = BootPlan.url(origin, settings.words().generation().orElse(null), machine, mac);
            Optional<byte[]> answer = http.fetch(url, BootPlan.LIMIT);
            plan = answer.isPresent() ? BootPlan.parse(answer.get()) : null;
        } catch (PullException e) {
            console.warn("going on without a plan of the server: " + Failure.sentence(e));
        }
        events.identify(plan == null ? null : plan.boot(), machine, mac);
        event(BootEvent.of(Stage.PLAN));
        try {
            events.connect(origin, http);
        } catch (PullException e) {
            console.warn("going on without telling the server: " + Failure.sentence(e));
        }
        return plan;
    }

    private void event(BootEvent event) {
        events.add(event.at(uptime.millis()));
    }

    private final class NetworkSteps implements NetworkListener {
        @Override
        public void message(String text) {
            console.step(text);
        }
    }

    private static final class KernelInserter implements ModuleLoader.Inserter {
        @Override
        public boolean insert(Path file) throws IOException {
            return KernelModules.load(file, "");
        }
    }
}
