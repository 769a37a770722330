package org.pullboot.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.pullboot.fleet.FleetHistory;
import org.pullboot.fleet.Machine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin
    private Listing listing;

    @Override
    public Integer call() throws IOException {
        List<Machine> machines;
        try (FleetHistory history = state.history()) {
            machines = history.machines();
        }
        listing.print(machines, HEADINGS, MachinesCommand::row);
        return CommandLine.ExitCode.OK;
    }

    private static List<String> row(Machine machine) {
        return List.of(
                machine.id(),
                machine.mac() == null ? "-" : machine.mac(),
                machine.address(),
                Long.toString(machine.boots()),
                Amounts.time(machine.firstSeen()),
                Amounts.time(machine.lastSeen()));
    }
}
