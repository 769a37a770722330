package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootEntry;
import org.pullboot.uefi.DevicePath;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists boot entries in the order the firmware tries them. */
@Command(
        name = "list",
        description = {
            "Lists the boot entries in the order the firmware tries them, and what each does.",
            "C: this start used it; N: the next start does; O: it is in the boot order."
        },
        footer = {"", "Example: pullboot boot list --vars OVMF_VARS.fd"})
final class BootListCommand implements Callable<Integer> {
    @Mixin
    private BootTarget target;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show the device path of each entry too.")
    private boolean verbose;

    @Option(names = "--json", description = "Print one JSON array.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** An entry as it is printed. */
    record Line(
            String number,
            String title,
            boolean active,
            boolean current,
            boolean next,
            boolean ordered,
            String path,
            Optional<String> url,
            OptionalInt profile,
            String does,
            List<String> problems) {}

    @Override
    public Integer call() throws IOException {
        BootEntries entries = BootEntries.read(target.open().variables());
        MachineFacts machine = target.isFile() ? MachineFacts.NONE : MachineFacts.here();
        List<Line> lines = new ArrayList<>();
        for (int number : entries.order()) {
            entries.entry(number).ifPresent(entry -> lines.add(line(entry, entries, machine)));
        }
        for (BootEntry entry : entries.entries()) {
            if (!entries.order().contains(entry.number())) {
                lines.add(line(entry, entries, machine));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.text(lines));
            return CommandLine.ExitCode.OK;
        }
        for (Line line : lines) {
            out.printf(
                    "%s%s%s %s  %s: %s%n",
                    line.current() ? "C" : "-",
                    line.next() ? "N" : "-",
                    line.ordered() ? "O" : "-",
                    line.number(),
                    line.title() + (line.active() ? "" : " (inactive)"),
                    line.does());
            line.problems().forEach(problem -> out.println("          cannot work: " + problem));
            if (verbose) {
                out.println("          " + line.path());
            }
        }
        entries.unreadable()
                .forEach((number, reason) ->
                        spec.commandLine().getErr().println("warning: " + BootEntry.name(number) + ": " + reason));
        return CommandLine.ExitCode.OK;
    }

    private static Line line(BootEntry entry, BootEntries entries, MachineFacts machine) {
        List<String> paths =
                entry.option().paths().stream().map(DevicePath::toString).toList();
        EntryWords words = EntryWords.of(entry.option(), machine);
        return new Line(
                BootEntry.digits(entry.number()),
                entry.option().description(),
                entry.option().isActive(),
                entries.current().equals(OptionalInt.of(entry.number())),
                entries.next().equals(OptionalInt.of(entry.number())),
                entries.order().contains(entry.number()),
                String.join(", ", paths),
                entry.option().paths().stream().findFirst().flatMap(DevicePath::uri),
                entry.option().profile(),
                words.does(),
                words.problems());
    }
}
