package org.pullboot.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** UEFI boot entries, of this machine or in a variable store file. */
@Command(
        name = "boot",
        description = "UEFI boot entries, on this machine or in a variable store file.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BootAddCommand.class,
            BootListCommand.class,
            BootRemoveCommand.class,
            BootOrderCommand.class,
            BootNextCommand.class,
            BootEnrollCommand.class
        })
final class BootCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
