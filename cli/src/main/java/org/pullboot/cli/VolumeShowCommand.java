package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.pullboot.serve.VolumeAdmin;
import org.pullboot.serve.VolumeInfo;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one volume. */
@Command(
        name = "show",
        description = "Shows all that is known of a volume.",
        footer = {"", "Example: pullboot volume show root-2f1c4d7e-90ab"})
final class VolumeShowCommand implements Callable<Integer> {
    @Mixin
    private StateOption state;

    @Parameters(paramLabel = "VOLUME", description = "The volume's id.")
    private String id;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        VolumeInfo volume;
        try (VolumeAdmin admin = state.volumes()) {
            volume = admin.list().stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new IOException(
                            "there is no volume " + id + ": pullboot volume list shows those that there are"));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.text(volume));
            return CommandLine.ExitCode.OK;
        }
        Instant since = volume.connectedSince();
        out.println("volume       " + volume.id());
        out.println("host         " + volume.host());
        out.println("subsystem    " + volume.subsystem());
        out.println("holds        " + volume.purpose() + ", kept until its "
                + (volume.kept().equals("boot") ? "boot ends" : "user throws it away"));
        if (volume.image() != null) {
            out.println("base         " + volume.image() + " of generation " + volume.generation());
        }
        out.println("size         " + Amounts.bytes(volume.size()));
        out.println("written      " + Amounts.bytes(volume.written()));
        out.println("created      " + Amounts.time(volume.created()));
        out.println("connected    " + (since == null ? "no" : "since " + Amounts.time(since)));
        volume.snapshots().forEach(snapshot -> out.println("snapshot     " + snapshot));
        return CommandLine.ExitCode.OK;
    }
}
