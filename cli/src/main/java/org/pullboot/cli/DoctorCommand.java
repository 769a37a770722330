package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.uki.EfiArchitecture;
import org.pullboot.uki.PeException;
import org.pullboot.uki.Stub;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what is missing here or too old, and what mends it. What is old stops nothing, so it is no failure. */
@Command(
        name = "doctor",
        description = "Says what is missing or too old on this machine, and what mends it.",
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

    private enum State {
        OK,
        OLD,
        MISSING
    }

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> missing = new ArrayList<>();
        List<String> advice = new ArrayList<>();
        for (Requirement requirement : ALL) {
            State state = requirement.isMet() ? State.OK : State.MISSING;
            if (state == State.OK && requirement.equals(Requirement.STUB)) {
                state = stub(advice);
            }
            if (state == State.MISSING) {
                missing.add(requirement.debianPackage());
            }
            out.printf(
                    "%-8s %-18s %s%n",
                    state.name().toLowerCase(Locale.ROOT), requirement.debianPackage(), requirement.purpose());
        }
        advice.forEach(out::println);
        if (missing.isEmpty()) {
            return CommandLine.ExitCode.OK;
        }
        out.println("On Debian and Ubuntu: sudo apt-get install " + String.join(" ", missing));
        return Pullboot.FAILED;
    }

    private static State stub(List<String> advice) throws IOException {
        try {
            Optional<String> shortcoming = shortcoming(Stub.find(EfiArchitecture.ofHost()));
            shortcoming.ifPresent(advice::add);
            return shortcoming.isPresent() ? State.OLD : State.OK;
        } catch (PeException e) {
            advice.add(String.valueOf(e.getMessage()));
            return State.MISSING;
        }
    }

    /** What does not work with a stub that is otherwise good enough, and what to install. */
    static Optional<String> shortcoming(Stub stub) {
        if (stub.knowsProfiles()) {
            return Optional.empty();
        }
        String version = stub.version().isEmpty() ? "does not tell its version" : "is of systemd " + stub.version();
        return Optional.of("The stub " + stub.file() + " " + version + ", and to choose among the profiles of a UKI"
                + " (--profile: the other root mode, the rescue console) takes systemd " + Stub.PROFILE_VERSION
                + " or newer: install the systemd-boot-efi of Debian 13, Ubuntu 25.04 or newer,"
                + " or name such a stub with --stub.");
    }
}
