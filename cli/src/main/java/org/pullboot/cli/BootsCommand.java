package org.pullboot.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.FleetHistory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists boots. */
@Command(
        name = "boots",
        description = "Lists who booted what, when, and how long each stage took; the latest first.",
        footer = {"", "Example: pullboot boots --limit 5"})
final class BootsCommand implements Callable<Integer> {
    private static final List<String> HEADINGS =
            List.of("STARTED", "MACHINE", "GENERATION", "STAGE", "TOOK", "STAGES", "MESSAGE");

    @Mixin
    private StateOption state;

    @Option(
            names = "--machine",
            paramLabel = "ID",
            description = "Only those of this machine: its id as pullboot machines has it, or its address.")
    private Optional<String> machine;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Mixin
    private Listing listing;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit is a number from 1 on, not " + limit);
        }
        List<BootHistory> boots = new ArrayList<>();
        try (FleetHistory history = state.history()) {
            for (Boot boot : history.boots(machine.isPresent() ? Integer.MAX_VALUE : limit)) {
                if (boots.size() < limit && wanted(boot)) {
                    boots.add(BootHistory.of(boot, history.stages(boot.id())));
                }
            }
        }
        listing.print(boots, HEADINGS, BootHistory::row);
        return CommandLine.ExitCode.OK;
    }

    private boolean wanted(Boot boot) {
        if (machine.isEmpty()) {
            return true;
        }
        String id = machine.get();
        return id.toLowerCase(Locale.ROOT).equals(boot.machine()) || id.equals(boot.address());
    }
}
