package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes one manual page a command, made from the command definitions. */
@Command(
        name = "man",
        description = "Writes the manual pages, one file a command, into a directory.",
        footer = {"", "Example: pullboot man /usr/local/share/man/man1"})
final class ManCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Where the pages go; made when it is not there.")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(directory);
        write(spec.root());
        return CommandLine.ExitCode.OK;
    }

    private void write(CommandSpec command) throws IOException {
        ManPage page = new ManPage(command);
        Files.writeString(directory.resolve(page.fileName()), page.roff());
        for (CommandLine sub : command.subcommands().values()) {
            write(sub.getCommandSpec());
        }
    }
}
