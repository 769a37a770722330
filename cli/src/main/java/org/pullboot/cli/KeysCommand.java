package org.pullboot.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Keys of one's own. */
@Command(
        name = "keys",
        description = "Keys for Secure Boot, for PCR policies and for signed checksum lists.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KeysGenerateCommand.class, KeysOpenPgpCommand.class})
final class KeysCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
