package org.pullboot.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what is missing here, and the command that mends it. */
@Command(
        name = "doctor",
        description = "Says what is missing on this machine, and the command that mends it.",
        footer = {"", "Example: pullboot doctor"})
final class DoctorCommand implements Callable<Integer> {
    private static final List<Requirement> ALL = List.of(
            Requirement.STUB,
            Requirement.ZSTD,
            Requirement.LZMA,
            Requirement.QEMU,
            Requirement.FIRMWARE,
            Requirement.SWTPM,
            Requirement.MMDEBSTRAP);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (Requirement requirement : ALL) {
            out.printf(
                    "%-8s %-18s %s%n",
                    requirement.isMet() ? "ok" : "missing", requirement.debianPackage(), requirement.purpose());
        }
        List<String> missing = ALL.stream()
                .filter(requirement -> !requirement.isMet())
                .map(Requirement::debianPackage)
                .toList();
        if (missing.isEmpty()) {
            return CommandLine.ExitCode.OK;
        }
        out.println("On Debian and Ubuntu: sudo apt-get install " + String.join(" ", missing));
        return Pullboot.FAILED;
    }
}
