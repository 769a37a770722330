package org.pullboot.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Initrds with the agent in them. */
@Command(
        name = "initrd",
        description = "Initrds with the agent in them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = InitrdBuildCommand.class)
final class InitrdCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
