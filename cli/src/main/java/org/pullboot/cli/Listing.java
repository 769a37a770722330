package org.pullboot.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a list is printed: a table for people, one JSON array for programs. */
final class Listing {
    @Option(names = "--json", description = "Print one JSON array.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Prints to the command's output.
     *
     * @param headings of the table's columns
     * @param row what stands in them for an item
     */
    <T> void print(List<T> items, List<String> headings, Function<T, List<String>> row) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(Json.text(items));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(headings);
        items.forEach(item -> rows.add(row.apply(item)));
        Table.lines(rows).forEach(out::println);
    }
}
