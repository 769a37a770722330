package org.pullboot.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets the boot order. */
@Command(
        name = "order",
        description =
                "Sets what the firmware tries at every start; entries that are not named follow in the order they had.",
        footer = {"", "Example: pullboot boot order 0003,0001"})
final class BootOrderCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "ENTRY",
            split = ",",
            converter = EntryNumber.class,
            description = "Numbers as 'boot list' shows them, four hexadecimal digits; first to last.")
    private List<Integer> numbers = List.of();

    @Option(names = "--only", description = "Take entries that are not named out of the boot order.")
    private boolean only;

    @Mixin
    private BootEdit edit;

    @Override
    public Integer call() throws IOException {
        return edit.make(entries -> only ? entries.reorder(numbers) : entries.moveFirst(numbers));
    }
}
