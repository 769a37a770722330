package org.pullboot.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Unified kernel images. */
@Command(name = "uki", description = "Unified kernel images.", synopsisSubcommandLabel = "COMMAND")
final class UkiCommand implements Runnable {
    static final List<Class<?>> COMMANDS = List.of(
            UkiBuildCommand.class,
            UkiInspectCommand.class,
            UkiMeasureCommand.class,
            UkiSignCommand.class,
            UkiVerifyCommand.class,
            UkiPcrlockCommand.class);

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
