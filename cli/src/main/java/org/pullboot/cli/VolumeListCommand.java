package org.pullboot.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.pullboot.serve.VolumeAdmin;
import org.pullboot.serve.VolumeInfo;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin
    private Listing listing;

    @Override
    public Integer call() throws IOException {
        List<VolumeInfo> volumes;
        try (VolumeAdmin admin = state.volumes()) {
            volumes = admin.list();
        }
        listing.print(volumes, HEADINGS, VolumeListCommand::row);
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
