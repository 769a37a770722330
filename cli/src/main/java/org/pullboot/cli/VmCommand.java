package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.SecureBootKeys;
import org.pullboot.uki.AuthenticodeSigner;
import org.pullboot.vm.Disk;
import org.pullboot.vm.VirtualMachine;
import org.pullboot.vm.VmOptions;
import org.pullboot.vm.VmOutcome;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Boots a virtual machine from a URL, as hardware does. */
@Command(
        name = "vm",
        description = "Boots a virtual machine from a URL by UEFI HTTP boot; its console is on standard output.",
        footer = {
            "",
            "Without a terminal, or with --expect, the console takes no input. In a terminal Ctrl-A X ends the machine.",
            "",
            "Example: pullboot vm http://127.0.0.1:8081/image.efi --expect 'login:'"
        })
final class VmCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "URL|PATH",
            arity = "0..1",
            description =
                    "What to boot: a URL, whose loopback host means this machine, or what 'pullboot serve' would take, "
                            + "which is then served for this machine alone (default: this directory).")
    private String what = ".";

    @Option(names = "--memory", paramLabel = "MIB", description = "Its memory in MiB (default: 2048).")
    private Optional<Integer> memory = Optional.empty();

    @Option(names = "--cpus", paramLabel = "N", description = "Its processors (default: 1).")
    private Optional<Integer> cpus = Optional.empty();

    @Option(names = "--disk", paramLabel = "FILE", description = "A disk, raw or qcow2; may be repeated.")
    private List<Path> disks = List.of();

    @Option(
            names = "--vars",
            paramLabel = "FILE",
            description = "Its UEFI variables, kept from run to run; made when it is not there (default: fresh ones).")
    private Optional<Path> variables = Optional.empty();

    @Option(
            names = "--profile",
            paramLabel = "N",
            description = "The profile of the UKI to boot, by its number (default: the first).")
    private Optional<Integer> profile = Optional.empty();

    @Option(
            names = "--secure-boot",
            description = "Boot only what is signed: by one of --keys, or of those that --vars has.")
    private boolean secureBoot;

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description =
                    "The machine's Secure Boot keys, made by 'pullboot keys generate'; they also sign what is served for this machine.")
    private Optional<Path> keys = Optional.empty();

    @Option(names = "--tpm", description = "Give it a fresh TPM 2.0, played by swtpm.")
    private boolean tpm;

    @Option(
            names = "--tpm-state",
            paramLabel = "DIR",
            description = "Give it a TPM 2.0 that is kept from run to run in this directory.")
    private Optional<Path> tpmState = Optional.empty();

    @Option(names = "--timeout", paramLabel = "S", description = "End it after so many seconds, as a failure.")
    private Optional<Integer> timeout = Optional.empty();

    @Option(
            names = "--expect",
            paramLabel = "TEXT",
            description = "End it as a success once the console shows this text.")
    private Optional<String> expect = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Mixin
    private InitrdBuildCommand.CacheOption cache;

    @Mixin
    private PassphraseOptions passphrase;

    @Override
    public Integer call() throws IOException, InterruptedException {
        VmOutcome outcome = what.contains("://") ? boot(BootUri.parse(what)) : serveAndBoot(Path.of(what));
        boolean done = outcome instanceof VmOutcome.Expected
                || (expect.isEmpty() && outcome instanceof VmOutcome.Exited(int status, String _) && status == 0);
        spec.commandLine().getErr().println((done ? "" : "error: ") + outcome.message());
        return done ? CommandLine.ExitCode.OK : Pullboot.FAILED;
    }

    private VmOutcome serveAndBoot(Path path) throws IOException, InterruptedException {
        TerminalReport report =
                new TerminalReport(new Terminal(spec.commandLine().getErr(), false, 0));
        try (OneOffServer server = OneOffServer.start(path, cache.directory(), report, signer())) {
            return boot(server.url());
        }
    }

    /** Who has keys for the machine has it boot what they sign. */
    private Optional<AuthenticodeSigner> signer() throws IOException {
        return keys.isEmpty() ? Optional.empty() : Optional.of(SecureBootOptions.of(keys.get(), passphrase));
    }

    private VmOutcome boot(BootUri url) throws IOException, InterruptedException {
        try {
            return VirtualMachine.run(options(url), System.out);
        } finally {
            System.out.flush();
        }
    }

    private VmOptions options(BootUri url) throws IOException {
        try {
            VmOptions options = VmOptions.url(url);
            memory.ifPresent(options::memory);
            cpus.ifPresent(options::cpus);
            timeout.ifPresent(seconds -> options.timeout(Duration.ofSeconds(seconds)));
            expect.ifPresent(options::expect);
            variables.ifPresent(options::variables);
            profile.ifPresent(options::profile);
            if (secureBoot) {
                options.secureBoot();
            }
            if (keys.isPresent()) {
                options.secureBoot(SecureBootKeys.read(keys.get()));
            }
            if (tpm) {
                options.tpm();
            }
            tpmState.ifPresent(options::tpm);
            for (Path disk : disks) {
                options.disk(Disk.of(disk));
            }
            if (expect.isEmpty() && Terminal.isTerminal()) {
                options.interactive();
            }
            return options;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
