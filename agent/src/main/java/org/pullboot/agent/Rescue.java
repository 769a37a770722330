package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.KernelLog;
import org.pullboot.linux.Kmsg;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.Netlink;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.PullException;
import org.pullboot.pull.Stage;

/**
 * A start that boots nothing ({@code rd.pullboot.rescue}): the machine shows what it is and what it sees, on its
 * console. It takes no commands, and writes to no disk. What does not work is told, and the rest goes on.
 */
final class Rescue {
    private static final int LOG_LINES = 20;

    /** Coldplug leaves disks alone, as a boot does not look at them. */
    private static final String[] DISK_DRIVERS = {"virtio_blk", "virtio_scsi", "sd_mod"};

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
    Rescue(Path root, KernelCommandLine line, Console console, ServerEvents events, Uptime uptime) {
        this.root = root;
        this.line = line;
        this.console = console;
        this.events = events;
        this.uptime = uptime;
    }

    /** Looks at everything and says what there is. */
    void run() throws PullException, AgentException {
        console.step("rescue: nothing is booted; this is what the machine sees");
        events.add(BootEvent.of(Stage.STARTED).at(uptime.millis()));
        Connection connection = arrive(settings());
        MachineReport machine = new MachineReport(root);
        say(machine.system());
        say(machine.firmware());
        say(machine.tpm());
        network(connection);
        say(machine.cards());
        say(machine.disks());
        for (String record : kernelLog()) {
            console.step("log: " + record);
        }
        events.add(BootEvent.of(Stage.RESCUE).at(uptime.millis()));
        events.flushLast();
        console.step("rescue: that is all");
    }

    private void say(List<String> lines) {
        for (String text : lines) {
            console.step(text);
        }
    }

    /** A command line that cannot be understood is a reason for a rescue, not its end. */
    private Settings settings() throws PullException, AgentException {
        try {
            return Settings.of(line);
        } catch (PullException | AgentException e) {
            console.warn(Failure.sentence(e));
            return Settings.of(KernelCommandLine.parse(""));
        }
    }

    private @Nullable Connection arrive(Settings settings) {
        try {
            Network.setLoopbackUp();
            Arrival arrival = new Arrival(root, line, console, events, uptime);
            ModuleLoader modules = arrival.modules(arrival.kernelVersion());
            BootOrigin origin = arrival.origin(settings, modules);
            new PhaseMeasurement(root, console).measure(PhaseMeasurement.ENTER);
            console.step(origin == null ? "origin: nothing tells a boot URL" : "origin: " + origin.url());
            for (String driver : DISK_DRIVERS) {
                modules.load(driver);
            }
            Coldplug coldplug = new Coldplug(root.resolve("sys/bus"), modules, console);
            coldplug.run();
            Drivers drivers = new Drivers(modules, coldplug, console, false);
            Connection connection = arrival.network(origin, settings, drivers);
            String machine = MachineId.read(root.resolve("sys/class/dmi/id"));
            boolean planned = arrival.plan(
                            origin,
                            settings,
                            Http.trust(root, settings.words()),
                            machine,
                            connection.mac().toString())
                    != null;
            if (origin != null) {
                console.step("server: " + (planned ? "it has a plan for this boot" : "it has no plan for this boot"));
            }
            return connection;
        } catch (IOException | AgentException | NetworkException e) {
            console.warn(Failure.sentence(e));
            return null;
        }
    }

    private void network(@Nullable Connection connection) {
        try (Netlink netlink = Netlink.open()) {
            say(NetworkReport.lines(netlink.links(), netlink.addresses(), netlink.routes()));
        } catch (LinuxException refused) {
            console.warn(Failure.sentence(refused));
        }
        if (connection != null) {
            console.step("network: " + connection.describe());
        }
    }

    /** The last of what the kernel said, without what the agent said. */
    private List<String> kernelLog() {
        try (KernelLog log = KernelLog.openAll(Kmsg.DEVICE)) {
            List<String> all = new ArrayList<>();
            for (List<String> some = log.news(); !some.isEmpty(); some = log.news()) {
                all.addAll(some);
            }
            return lastOfKernel(all);
        } catch (LinuxException unreadable) {
            console.warn(Failure.sentence(unreadable));
            return List.of();
        }
    }

    static List<String> lastOfKernel(List<String> records) {
        List<String> kernel = new ArrayList<>();
        for (String record : records) {
            if (!record.startsWith(Console.PREFIX)) {
                kernel.add(record);
            }
        }
        return List.copyOf(kernel.subList(Math.max(0, kernel.size() - LOG_LINES), kernel.size()));
    }
}
