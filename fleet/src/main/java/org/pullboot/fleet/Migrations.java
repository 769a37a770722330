package org.pullboot.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Brings a database to the newest schema, one numbered step after the other, each in a transaction of its own.
 *
 * <p>A step that was released is never edited; the next one mends it. A database with a step this program does not know
 * was written by a newer Pullboot and is left alone.
 */
final class Migrations {
    private static final List<String> STEPS = List.of("0001-generations-machines-boots.sql", "0002-volumes.sql");

    private Migrations() {}

    static void apply(Handle handle, Clock clock) throws IOException {
        handle.execute("CREATE TABLE IF NOT EXISTS migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
                + " applied BIGINT NOT NULL)");
        int done = handle.createQuery("SELECT coalesce(max(number), 0) FROM migration")
                .mapTo(Integer.class)
                .one();
        if (done > STEPS.size()) {
            throw new FleetException("the state was written by a newer Pullboot (its schema is number " + done
                    + ", this program knows " + STEPS.size() + "): use that one, or another --state directory");
        }
        for (int i = done; i < STEPS.size(); i++) {
            apply(handle, clock, i + 1, STEPS.get(i));
        }
    }

    private static void apply(Handle handle, Clock clock, int number, String name) throws IOException {
        String script = read(name);
        handle.useTransaction(transaction -> {
            for (String statement : script.split(";\\s*\n", -1)) {
                if (!statement.isBlank()) {
                    transaction.execute(statement);
                }
            }
            transaction.execute("INSERT INTO migration VALUES (?, ?, ?)", number, name, clock.millis());
        });
    }

    private static String read(String name) throws IOException {
        try (InputStream in = Migrations.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the program lacks its own file " + name + ": build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
