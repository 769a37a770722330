package org.pullboot.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes boot entries. */
@Command(
        name = "remove",
        description = "Removes boot entries; boot order and next boot stop naming them first.",
        footer = {"", "Example: pullboot boot remove 0003"})
final class BootRemoveCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "ENTRY",
            converter = EntryNumber.class,
            description = "Numbers as 'boot list' shows them, four hexadecimal digits.")
    private List<Integer> numbers = List.of();

    @Mixin
    private BootEdit edit;

    @Override
    public Integer call() throws IOException {
        return edit.make(entries -> entries.remove(numbers));
    }
}
