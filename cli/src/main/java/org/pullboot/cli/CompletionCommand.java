package org.pullboot.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the completion script for bash and zsh, made from the command definitions. */
@Command(
        name = "completion",
        description = "Prints the shell completion script for bash and zsh.",
        footer = {"", "Example: source <(pullboot completion)"})
final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine()
                .getOut()
                .print(AutoComplete.bash("pullboot", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
