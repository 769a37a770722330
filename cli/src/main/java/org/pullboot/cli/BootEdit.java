package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.VariableChange;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How boot entries are changed: where, whether at all, and what is said about it; shared by the commands that do. */
final class BootEdit {
    @Mixin
    private BootTarget target;

    @Option(names = "--dry-run", description = "Show what would change, write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the changes as one JSON array.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** What is to be done with the boot entries there are. */
    interface Plan {
        List<VariableChange> changes(BootEntries entries) throws IOException;
    }

    /** Changes the entries, or with {@code --dry-run} only shows how, and prints the difference. */
    int make(Plan plan) throws IOException {
        BootTarget.Place place = target.open();
        return make(place, plan.changes(BootEntries.read(place.variables())));
    }

    BootTarget target() {
        return target;
    }

    /** The same for changes that are known already. */
    int make(BootTarget.Place place, List<VariableChange> changes) throws IOException {
        List<ChangeText> lines = ChangeText.of(place.variables(), changes);
        if (!dryRun) {
            target.apply(place, changes);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.text(lines));
            return CommandLine.ExitCode.OK;
        }
        if (dryRun) {
            out.println("nothing is written, but these would be:");
        }
        if (lines.isEmpty()) {
            out.println("unchanged: all is as wanted");
        }
        lines.forEach(out::println);
        return CommandLine.ExitCode.OK;
    }
}
