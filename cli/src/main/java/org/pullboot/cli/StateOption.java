package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.pullboot.fleet.FleetHistory;
import org.pullboot.serve.VolumeAdmin;
import picocli.CommandLine.Option;

/** Where a server keeps its state; shared by all commands that need it. */
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where generations, boots and volumes are kept (default: $$XDG_STATE_HOME/pullboot; root: /var/lib/pullboot).")
    private Optional<Path> directory = Optional.empty();

    Path directory() {
        return directory.orElseGet(() ->
                Directories.state(System.getenv(), System.getProperty("user.home"), System.getProperty("user.name")));
    }

    VolumeAdmin volumes() throws IOException {
        return VolumeAdmin.open(directory());
    }

    FleetHistory history() throws IOException {
        return FleetHistory.open(directory());
    }
}
