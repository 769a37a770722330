package org.pullboot.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.pullboot.initrd.InitrdRequest;
import org.pullboot.openpgp.OpenPgpSigner;
import org.pullboot.serve.BootService;
import org.pullboot.serve.ServeListener;
import org.pullboot.serve.ServeOptions;
import org.pullboot.serve.ServerLimits;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The main job: serves images to machines that boot. */
@Command(
        name = "serve",
        description =
                "Serves images to machines that boot: builds the UKIs they lack, and publishes anew when one is rebuilt.",
        footer = {"", "Example: pullboot serve image.raw.zst"})
final class ServeCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PATH",
            arity = "0..*",
            description = "A directory (mkosi's output, say), an image, a container image (oci:DIR[:TAG],"
                    + " oci-archive:FILE[:TAG], docker-archive:FILE[:TAG]) or a UKI (default: this directory).")
    private List<Path> paths = List.of();

    @Option(
            names = "--listen",
            paramLabel = "[ADDR:]PORT",
            defaultValue = "" + ServeOptions.DEFAULT_PORT,
            description = "Where to listen; port 0 takes any free one (default: port ${DEFAULT-VALUE}, every address).")
    private String listen;

    @Option(
            names = "--advertise",
            paramLabel = "HOST",
            description = "The host in URLs (default: this machine's first address).")
    private Optional<String> advertise = Optional.empty();

    @Option(
            names = "--kernel",
            paramLabel = "FILE",
            description = "The kernel to boot (default: the image's own, else this machine's); with --modules.")
    private Optional<Path> kernel = Optional.empty();

    @Option(names = "--modules", paramLabel = "DIR", description = "The directory of the kernel's modules.")
    private Optional<Path> modules = Optional.empty();

    @Option(names = "--stub", paramLabel = "FILE", description = "The EFI stub (default: systemd-boot-efi's).")
    private Optional<Path> stub = Optional.empty();

    @Option(names = "--cmdline", paramLabel = "WORDS", description = "More words for the kernel command line.")
    private String cmdline = "";

    @Option(
            names = "--level",
            paramLabel = "N",
            defaultValue = "" + InitrdRequest.DEFAULT_LEVEL,
            description = "The zstd level of built initrds, 1 to 19 (default: ${DEFAULT-VALUE}).")
    private int level;

    @Mixin
    private StateOption state;

    @Mixin
    private InitrdBuildCommand.CacheOption cache;

    @Mixin
    private DiskArguments disks;

    @Mixin
    private SecureBootOptions secureBoot;

    @Mixin
    private PcrPolicyOptions policies;

    @Option(
            names = "--sign-key",
            paramLabel = "FILE",
            description =
                    "An OpenPGP secret key, as keys openpgp or gpg --export-secret-keys writes it: signs SHA256SUMS and each"
                            + " NAME.sha256 (.gpg and .asc), so that verify=signature works.")
    private Optional<Path> signKey = Optional.empty();

    @Mixin
    private PassphraseOptions passphrase;

    @Option(names = "--json", description = "Print one JSON object an event; the first says where machines boot from.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        BootService service = BootService.start(options(), listener());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> close(service)));
        // Until a signal ends the program.
        stopped.await();
        return CommandLine.ExitCode.OK;
    }

    private void close(BootService service) {
        try {
            service.close();
        } catch (IOException e) {
            spec.commandLine().getErr().println("error: " + e.getMessage());
        }
    }

    private ServeListener listener() {
        return json
                ? new JsonReport(spec.commandLine().getOut())
                : new TerminalReport(Terminal.of(spec.commandLine().getOut(), System.getenv()));
    }

    private ServeOptions options() throws IOException {
        if (secureBoot.isIncomplete()) {
            throw new ParameterException(
                    spec.commandLine(), "UKIs are signed with --secureboot-private-key or with --pkcs11, one of them");
        }
        policies.complaint(false).ifPresent(complaint -> {
            throw new ParameterException(spec.commandLine(), complaint);
        });
        try {
            return new ServeOptions(
                    paths.isEmpty() ? List.of(Path.of("")) : paths,
                    address(listen, "--listen"),
                    advertise.orElse(null),
                    state.directory(),
                    cache.directory(),
                    kernel.orElse(null),
                    modules.orElse(null),
                    stub.orElse(null),
                    cmdline,
                    level,
                    ServerLimits.defaults(),
                    disks.options(),
                    secureBoot.isGiven() ? secureBoot.signer(passphrase) : null,
                    policies.isGiven() ? policies.signer(passphrase) : null,
                    signKey.isPresent() ? OpenPgpSigner.read(signKey.get(), passphrase::get) : null);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** {@code PORT}, {@code ADDR:PORT} or {@code [ADDR]:PORT}. */
    static InetSocketAddress address(String text, String option) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(option + " is ADDR:PORT with a port of 0 to 65535, not '" + text + "'");
        }
        int number = Integer.parseInt(port);
        InetSocketAddress address =
                host.isEmpty() ? new InetSocketAddress(number) : new InetSocketAddress(host, number);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(option + " is an address of this machine, but '" + host + "' is none");
        }
        return address;
    }
}
