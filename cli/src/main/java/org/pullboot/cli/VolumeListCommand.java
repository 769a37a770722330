package org.pullboot.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.pullboot.serve.VolumeAdmin;
import org.pullboot.serve.VolumeInfo;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists volumes. */
@Command(
        name = "list",
        description = "Lists the volumes: whose they are, over which generation, and how much was written to them.",
        footer = {"", "Example: pullboot volume list --json"})
final class VolumeListCommand implements Callable<Integer> {
    private static final List<String> HEADINGS =
            List.of("VOLUME", "HOST", "KEPT", "IMAGE", "GENERATION", "SIZE", "WRITTEN", "SNAPSHOTS", "CONNECTED SINCE");

    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print one JSON array.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<VolumeInfo> volumes;
        try (VolumeAdmin admin = state.volumes()) {
            volumes = admin.list();
        }
        if (json) {
            spec.commandLine().getOut().println(Json.text(volumes));
            return CommandLine.ExitCode.OK;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        volumes.forEach(volume -> rows.add(row(volume)));
        Table.lines(rows).forEach(spec.commandLine().getOut()::println);
        return CommandLine.ExitCode.OK;
    }

    private static List<String> row(VolumeInfo volume) {
        Instant since = volume.connectedSince();
        return List.of(
                volume.id(),
                volume.host(),
                volume.kept(),
                volume.image() == null ? "-" : volume.image(),
                volume.generation() == null ? "-" : volume.generation(),
                Amounts.bytes(volume.size()),
                Amounts.bytes(volume.written()),
                volume.snapshots().isEmpty() ? "-" : String.join(",", volume.snapshots()),
                since == null ? "-" : Amounts.time(since));
    }
}
