package org.pullboot.generator;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code pullboot generator NORMAL EARLY LATE}: writes the units of this boot's {@code systemd.pull=} words and ends
 * (systemd.generator(7)). Exit status 0 when all that could be understood is written, also when that is nothing; 1 when
 * a unit could not be written; 2 for wrong usage.
 *
 * <p>Every boot waits for it: it is a program of its own, without the command line parser of the others, and nothing in
 * it takes time unless there is something to pull.
 */
public final class Generator {
    private static final int USAGE = 2;

    private Generator() {}

    public static void main(String[] args) {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(run(List.of(args), System.getenv(), err));
    }

    /**
     * Writes the units.
     *
     * @param directories for units that come before most others, before all, and after all (systemd.generator(7))
     * @param environment the variables that systemd's generators obey
     * @param err for what goes wrong, when systemd is not who asks
     * @return the exit status
     */
    public static int run(List<String> directories, Map<String, String> environment, PrintStream err) {
        return run(directories, environment, Path.of("/"), err);
    }

    /**
     * The same for another root directory.
     *
     * @param root below it are the firmware's variables, the installed units and, when they are not in the environment,
     *     the command line and the credentials
     */
    static int run(List<String> directories, Map<String, String> environment, Path root, PrintStream err) {
        if (directories.size() != 3) {
            err.println("error: expected three directories, NORMAL EARLY LATE, and got " + directories.size()
                    + " words: systemd runs this at boot, by hand use an empty directory three times");
            return USAGE;
        }
        GeneratorLog log = GeneratorLog.of(environment, err);
        try {
            return generate(
                    Surroundings.of(environment, root),
                    new UnitFiles(Path.of(directories.getFirst())),
                    new UnitFiles(Path.of(directories.getLast())),
                    log);
        } catch (IOException e) {
            log.error(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    private static int generate(Surroundings machine, UnitFiles normal, UnitFiles late, GeneratorLog log)
            throws IOException {
        Transfers transfers = new Transfers(machine, log);
        transfers.collect();
        if (transfers.list().isEmpty()) {
            return transfers.failed() ? 1 : 0;
        }
        SystemUnits system = new SystemUnits(machine.root());
        Actions actions = Actions.of(machine.commandLine(), machine.prefix(), log);
        boolean failed = transfers.failed();
        boolean attaches = false;
        for (Transfer transfer : transfers.list()) {
            try {
                normal.unit(
                        transfer.unit(),
                        new ImportUnit(transfer, system, machine.initrd())
                                .text(System.getProperty("pullboot.command", "/usr/bin/pullboot"), actions));
                normal.wants("imports.target", transfer.unit());
                if (transfer.expression().blockDevice()) {
                    attaches = true;
                    normal.wants("imports.target", transfer.loop());
                }
            } catch (IOException e) {
                failed = true;
                log.error(String.valueOf(e.getMessage()));
            }
        }
        new FallbackUnits(system, late).write(attaches, System.getProperty("pullboot.loop", "/usr/lib/pullboot/loop"));
        return failed ? 1 : 0;
    }
}
