package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.BootPlan;
import org.pullboot.pull.NvmeHost;
import org.pullboot.pull.NvmePlan;
import org.pullboot.pull.RootMode;
import org.pullboot.pull.Stage;

/** The part of a boot that is different when the root is an NVMe/TCP disk: from the plan to the mounted root. */
final class NvmeBoot {
    private final Path root;
    private final Settings settings;
    private final ModuleLoader modules;
    private final Console console;
    private final ServerEvents events;
    private final Uptime uptime;

    /**
     * Nothing happens yet.
     *
     * @param root /
     */
    NvmeBoot(Path root, Settings settings, ModuleLoader modules, Console console, ServerEvents events, Uptime uptime) {
        this.root = root;
        this.settings = settings;
        this.modules = modules;
        this.console = console;
        this.events = events;
        this.uptime = uptime;
    }

    /**
     * Connects the disk and mounts the root on it.
     *
     * @param plan what the server says, if it says anything
     * @param origin where this machine was booted from, if known
     * @param self who this machine is unless the plan says otherwise
     * @return false when that is not possible and the image may be downloaded instead
     * @throws AgentException when it is not possible and nothing else is allowed
     */
    boolean mount(RootFileSystem fileSystem, @Nullable BootPlan plan, @Nullable BootOrigin origin, NvmeHost self)
            throws IOException, AgentException {
        try {
            NvmeDisk disk = NvmeDisk.of(
                    settings.nvme(),
                    plan == null ? NvmePlan.NONE : plan.nvme(),
                    settings.words().nvme(),
                    origin,
                    self,
                    console);
            Path device = new NvmeRootDevice(root, modules, console, events, uptime).attach(disk);
            fileSystem.mountDisk(
                    device,
                    new RootFileSystem.DiskOptions(
                            settings.root(),
                            settings.rootHash(),
                            settings.rootFlags(),
                            settings.rootType(),
                            settings.words().overlay(),
                            settings.readOnly(),
                            settings.readWrite()));
            return true;
        } catch (AgentException | IOException failed) {
            if (!settings.words().rootModes().contains(RootMode.RAM)) {
                throw failed;
            }
            String sentence = "no root over NVMe/TCP, so the image is downloaded: " + Failure.sentence(failed);
            console.warn(sentence);
            fileSystem.giveUp();
            events.add(BootEvent.of(Stage.CONNECT).saying(sentence).at(uptime.millis()));
            return false;
        }
    }
}
