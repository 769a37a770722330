package org.pullboot.fleet;

import java.time.Instant;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Writes boots down. That is for people to read and for a restart; a full disk must not keep machines from booting. So a
 * failure is kept for {@link #takeFailure}, and the boot goes on in memory. Guarded by the fleet's lock.
 */
final class BootLog {
    private static final int MAX_STAGES = 200;

    private final Database database;
    private @Nullable JdbiException failure;

    BootLog(Database database) {
        this.database = database;
    }

    void write(ActiveBoot boot) {
        attempt(() -> database.write(boot));
    }

    /** A step of a boot; a machine that reports without end is not written down without end. */
    void write(ActiveBoot boot, BootStage stage) {
        if (boot.stages < MAX_STAGES) {
            boot.stages++;
            attempt(() -> database.write(boot.id, stage));
        }
    }

    void write(MachineName machine, String id, String address, Instant now) {
        attempt(() -> database.write(machine, id, address, now));
    }

    private void attempt(Runnable write) {
        try {
            write.run();
        } catch (JdbiException e) {
            failure = e;
        }
    }

    /** The latest failure since the last call; null when there was none. */
    @Nullable
    JdbiException takeFailure() {
        JdbiException last = failure;
        failure = null;
        return last;
    }
}
