package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.pullboot.uki.PcrBank;
import org.pullboot.uki.PhasePath;
import org.pullboot.uki.UkiMeasurement;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a TPM will hold in the boot of a UKI. */
@Command(
        name = "measure",
        description = "Says what a TPM will hold in registers 11 and 12 when a unified kernel image is booted.",
        footer = {"", "Example: pullboot uki measure image.efi --bank sha256 --phase enter-initrd"})
final class UkiMeasureCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The image.")
    private Path file;

    @Option(names = "--profile", paramLabel = "N", defaultValue = "0", description = "Which profile (default: 0).")
    private int profile;

    @Option(
            names = "--phase",
            paramLabel = "PATH",
            description =
                    "How far the boot has come, such as enter-initrd:leave-initrd, or ':' when the kernel starts; may be"
                            + " repeated (default: the phases of a regular boot).")
    private List<String> phases = List.of();

    @Option(
            names = "--bank",
            paramLabel = "BANK",
            description = "sha1, sha256, sha384 or sha512; may be repeated (default: all).")
    private List<PcrBank> banks = List.of();

    @Option(names = "--json", description = "Print one JSON object, keyed by bank, as systemd-measure does.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Set<PcrBank> chosen = banks.isEmpty() ? PcrBank.all() : EnumSet.copyOf(banks);
        List<PhasePath> paths = phases.isEmpty()
                ? PhasePath.REGULAR
                : PhasePath.sorted(phases.stream().map(PhasePath::of).toList());
        UkiMeasurement measurement = UkiMeasurement.of(file, profile, chosen);
        JsonForm form = json ? JsonForm.SHORT : JsonForm.OFF;
        RegisterOptions.print(measurement, profile, chosen, paths, form, spec.commandLine());
        return CommandLine.ExitCode.OK;
    }
}
