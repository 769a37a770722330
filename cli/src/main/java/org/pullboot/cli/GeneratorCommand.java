package org.pullboot.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.pullboot.generator.Generator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes units of this boot's {@code systemd.pull=} words; a package runs {@link Generator} itself, which starts sooner. */
@Command(
        name = "generator",
        description = {
            "Makes systemd units of the systemd.pull= words on the kernel's command line and of the credential import.pull,"
                    + " as systemd-import-generator of systemd 258 and newer does: systemd.pull= on any systemd.",
            "systemd runs it at boot, with three directories. It stands back where systemd has its own; to use it there,"
                    + " link it into /etc/systemd/system-generators under the name systemd-import-generator."
        },
        footer = {
            "",
            "Example: mkdir u; SYSTEMD_PROC_CMDLINE='systemd.pull=raw,machine:a:http://h/a.raw' pullboot generator u u u"
        })
final class GeneratorCommand implements Callable<Integer> {
    @Parameters(
            arity = "3",
            paramLabel = "NORMAL EARLY LATE",
            hideParamSyntax = true,
            description = "Directories for units, as in systemd.generator(7).")
    private List<Path> directories = List.of();

    @Override
    public Integer call() {
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        return Generator.run(directories.stream().map(Path::toString).toList(), System.getenv(), err);
    }
}
