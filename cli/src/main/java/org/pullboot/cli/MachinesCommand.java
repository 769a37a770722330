package org.pullboot.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.pullboot.fleet.FleetHistory;
import org.pullboot.fleet.Machine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the machines that booted from here. */
@Command(
        name = "machines",
        description = "Lists the machines that booted from here, the one seen last first.",
        footer = {"", "Example: pullboot machines --json"})
final class MachinesCommand implements Callable<Integer> {
    private static final List<String> HEADINGS =
            List.of("MACHINE", "MAC", "ADDRESS", "BOOTS", "FIRST SEEN", "LAST SEEN");

    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print one JSON array.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Machine> machines;
        try (FleetHistory history = state.history()) {
            machines = history.machines();
        }
        if (json) {
            spec.commandLine().getOut().println(Json.text(machines));
            return CommandLine.ExitCode.OK;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (Machine machine : machines) {
            rows.add(List.of(
                    machine.id(),
                    machine.mac() == null ? "-" : machine.mac(),
                    machine.address(),
                    Long.toString(machine.boots()),
                    Amounts.time(machine.firstSeen()),
                    Amounts.time(machine.lastSeen())));
        }
        Table.lines(rows).forEach(spec.commandLine().getOut()::println);
        return CommandLine.ExitCode.OK;
    }
}
