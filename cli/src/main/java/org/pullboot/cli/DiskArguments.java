package org.pullboot.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.nvme.TargetOptions;
import org.pullboot.nvme.TlsMode;
import org.pullboot.serve.DiskOptions;
import org.pullboot.serve.HostList;
import picocli.CommandLine.Option;

/** The options that say how machines get their root: all into RAM, or as a disk over NVMe/TCP. */
final class DiskArguments {
    /** Where a machine has its root. */
    private enum Root {
        RAM,
        NVME
    }

    @Option(
            names = "--root",
            paramLabel = "ram|nvme",
            defaultValue = "ram",
            description =
                    "How machines get their root: downloaded into RAM, or as a disk over NVMe/TCP, read as it is needed and written to a volume of their own (default: ${DEFAULT-VALUE}).")
    private Root root = Root.RAM;

    @Option(
            names = "--persist",
            paramLabel = "none|machine",
            defaultValue = "none",
            description =
                    "How long what a machine writes is kept: until its boot ends, or from boot to boot (default: ${DEFAULT-VALUE}).")
    private DiskOptions.Persistence persistence = DiskOptions.Persistence.NONE;

    @Option(
            names = "--on-new-image",
            paramLabel = "keep|reset|ask",
            defaultValue = "ask",
            description =
                    "What becomes of a kept volume when its machine boots and there is a newer image: kept, thrown away, or kept and told how to throw it away (default: ${DEFAULT-VALUE}).")
    private DiskOptions.OnNewImage onNewImage = DiskOptions.OnNewImage.ASK;

    @Option(
            names = "--data",
            paramLabel = "SIZE",
            description = "Serve each machine an empty volume of this size beside its root, kept from boot to boot.")
    private Optional<String> data = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "SIZE",
            description = "How much each machine may write to its volume (default: as much as there is room for).")
    private Optional<String> limit = Optional.empty();

    @Option(names = "--ram-fallback", description = "Let a machine that cannot connect download the image instead.")
    private boolean ramFallback;

    @Option(
            names = "--require-boot",
            description = "Serve disks only to machines that boot from here, not to hosts that just connect.")
    private boolean requireBoot;

    @Option(
            names = "--authenticate",
            description = "Let machines prove who they are when they connect; their secret comes with their plan.")
    private boolean authenticate;

    @Option(
            names = "--hosts",
            paramLabel = "FILE",
            description =
                    "Serve disks only to these hosts: one NQN a line, and its DHHC-1 secret when it has to prove who it is.")
    private Optional<Path> hosts = Optional.empty();

    @Option(
            names = "--tls",
            paramLabel = "off|allowed|required",
            defaultValue = "off",
            description =
                    "Whether hosts connect by TLS with the NVMeTLSkey-1 secrets of --hosts; the agent cannot (default: ${DEFAULT-VALUE}).")
    private TlsMode tls = TlsMode.OFF;

    @Option(
            names = "--nvme-listen",
            paramLabel = "[ADDR:]PORT",
            defaultValue = "" + TargetOptions.DEFAULT_PORT,
            description =
                    "Where to listen for NVMe/TCP; port 0 takes any free one (default: port ${DEFAULT-VALUE}, every address).")
    private String listen = "";

    /** What was asked for; null when machines download their root. */
    @Nullable
    DiskOptions options() throws IOException {
        if (root == Root.RAM) {
            return null;
        }
        InetSocketAddress address = ServeCommand.address(listen, "--nvme-listen");
        return new DiskOptions(
                address,
                // A server that was given its own port is one of several here: the well-known port is one's alone.
                address.getPort() == TargetOptions.DEFAULT_PORT
                        ? Optional.of(new InetSocketAddress(address.getAddress(), TargetOptions.DISCOVERY_PORT))
                        : Optional.empty(),
                persistence,
                onNewImage,
                requireBoot,
                hosts.isPresent() ? HostList.read(hosts.get()) : null,
                tls,
                authenticate,
                ramFallback,
                data.map(text -> Amounts.parse("--data", text)).orElse(0L),
                limit.map(text -> Amounts.parse("--limit", text)).orElse(0L));
    }
}
