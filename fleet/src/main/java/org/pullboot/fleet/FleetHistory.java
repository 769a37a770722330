package org.pullboot.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Who booted what and when, read from a state directory, while a server uses it or not. One thread at a time. */
public final class FleetHistory implements AutoCloseable {
    private final Database database;

    private FleetHistory(Database database) {
        this.database = database;
    }

    /**
     * Opens the state.
     *
     * @throws IOException when there is none, or it cannot be read
     */
    public static FleetHistory open(Path state) throws IOException {
        Path file = state.resolve("fleet.db");
        if (Files.notExists(file)) {
            throw new FleetException("nothing was served with the state directory " + state
                    + " yet: run pullboot serve first, or name another --state");
        }
        return new FleetHistory(Database.open(file, Clock.systemUTC()));
    }

    /** The latest boots, newest first. */
    public List<Boot> boots(int limit) {
        return database.boots(limit);
    }

    /** The steps of a boot in their order. */
    public List<BootStage> stages(String boot) {
        return database.stages(boot);
    }

    /** Every machine that told its name, the one seen last first. */
    public List<Machine> machines() {
        return database.machines();
    }

    @Override
    public void close() {
        database.close();
    }
}
