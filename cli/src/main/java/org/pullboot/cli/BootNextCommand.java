package org.pullboot.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sets what the next start boots, once. */
@Command(
        name = "next",
        description = "Sets the entry that the next start boots, and only that one.",
        footer = {"", "Example: pullboot boot next 0003"})
final class BootNextCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "ENTRY",
            converter = EntryNumber.class,
            description = "A number as 'boot list' shows it, four hexadecimal digits.")
    private Optional<Integer> number;

    @Option(names = "--none", description = "Let the next start follow the boot order.")
    private boolean none;

    @Mixin
    private BootEdit edit;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (number.isPresent() == none) {
            throw new ParameterException(spec.commandLine(), "name the ENTRY to boot next, or --none");
        }
        return edit.make(entries -> none ? entries.forgetNext() : entries.bootNext(number.orElseThrow()));
    }
}
