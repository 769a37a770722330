package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.Variables;
import org.pullboot.uki.PcrLock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Components for systemd-pcrlock. */
@Command(
        name = "pcrlock",
        description = {
            "Writes a component file of systemd-pcrlock: what a unified kernel image, or the Secure Boot variables, add to the"
                    + " registers of a TPM.",
            "Put it below /var/lib/pcrlock.d on the machine and run systemd-pcrlock make-policy there: secrets are then bound"
                    + " to exactly this boot chain."
        },
        footer = {
            "",
            "Example: pullboot uki pcrlock image.efi --output /var/lib/pcrlock.d/650-uki.pcrlock.d/new.pcrlock",
            "         pullboot uki pcrlock --secure-boot --vars OVMF_VARS.fd --output 240-secureboot-policy.pcrlock"
        })
final class UkiPcrlockCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The image.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--profile", paramLabel = "N", defaultValue = "0", description = "Which profile (default: 0).")
    private int profile;

    @Option(
            names = "--kernel",
            description =
                    "With the kernel in the image as well: stubs before systemd 258 hand it to the firmware, which measures"
                            + " it.")
    private boolean kernel;

    @Option(
            names = "--secure-boot",
            description = "The Secure Boot variables of this machine, or of --vars, instead of an image.")
    private boolean secureBoot;

    @Mixin
    private BootTarget target = new BootTarget();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The component file (default: standard output).")
    private Optional<Path> output = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (file.isPresent() == secureBoot || (target.isFile() && !secureBoot)) {
            throw new ParameterException(
                    spec.commandLine(), "give an image, or --secure-boot, which --vars may go with; one of them");
        }
        PcrLock component = file.isPresent() ? PcrLock.ofUki(file.get(), profile, kernel) : ofSecureBoot();
        if (output.isPresent()) {
            Files.createDirectories(output.get().toAbsolutePath().getParent());
            Files.writeString(output.get(), component.toJson() + "\n");
        } else {
            spec.commandLine().getOut().println(component.toJson());
        }
        return CommandLine.ExitCode.OK;
    }

    private PcrLock ofSecureBoot() throws IOException {
        Variables variables = target.open().variables();
        if (!target.isFile() && variables.find(EfiGuid.GLOBAL, "SecureBoot").isEmpty()) {
            throw new IOException("this machine has no variable SecureBoot, so it was not started by UEFI firmware that"
                    + " knows Secure Boot: take the variables of another with --vars");
        }
        return PcrLock.ofSecureBoot(variables);
    }
}
