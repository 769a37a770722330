package org.pullboot.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's manual page in the man(7) macros. */
final class ManPage {
    private final CommandSpec command;
    private final StringBuilder text = new StringBuilder();

    ManPage(CommandSpec command) {
        this.command = command;
    }

    String fileName() {
        return command.qualifiedName("-") + ".1";
    }

    String roff() {
        text.setLength(0);
        String name = command.qualifiedName("-");
        macro(".TH", name.toUpperCase(java.util.Locale.ROOT) + " 1 \"\" \"Pullboot\"");
        macro(".SH", "NAME");
        line(name + " \\- " + escape(first(command.usageMessage().description())));
        macro(".SH", "SYNOPSIS");
        line(escape(command.commandLine().getHelp().synopsis(0).strip().replaceAll("\\s+", " ")));
        macro(".SH", "DESCRIPTION");
        Arrays.stream(command.usageMessage().description()).map(ManPage::plain).forEach(this::paragraph);
        parameters();
        options();
        commands();
        footer();
        return text.toString();
    }

    private void parameters() {
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            if (!parameter.hidden()) {
                item(parameter.paramLabel(), parameter.description());
            }
        }
    }

    private void options() {
        List<OptionSpec> options =
                command.options().stream().filter(option -> !option.hidden()).toList();
        if (options.isEmpty()) {
            return;
        }
        macro(".SH", "OPTIONS");
        for (OptionSpec option : options) {
            String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            item(String.join(", ", option.names()) + label, option.description());
        }
    }

    private void commands() {
        if (command.subcommands().isEmpty()) {
            return;
        }
        macro(".SH", "COMMANDS");
        command.subcommands()
                .forEach((name, sub) ->
                        item(name, sub.getCommandSpec().usageMessage().description()));
    }

    private void footer() {
        String[] lines = command.usageMessage().footer();
        if (lines.length == 0) {
            return;
        }
        macro(".SH", "EXAMPLE");
        Arrays.stream(lines).map(ManPage::plain).filter(line -> !line.isBlank()).forEach(this::paragraph);
    }

    private void item(String term, String[] description) {
        macro(".TP", "");
        line("\\fB" + escape(term) + "\\fR");
        line(escape(
                String.join(" ", Arrays.stream(description).map(ManPage::plain).toList())));
    }

    private void paragraph(String paragraph) {
        macro(".PP", "");
        line(escape(paragraph));
    }

    private void macro(String name, String argument) {
        text.append(name).append(argument.isEmpty() ? "" : " ").append(argument).append('\n');
    }

    /** A text line; one that begins with a control character of roff is guarded. */
    private void line(String content) {
        text.append(content.startsWith(".") || content.startsWith("'") ? "\\&" : "")
                .append(content)
                .append('\n');
    }

    private static String first(String[] lines) {
        return lines.length == 0 ? "" : plain(lines[0]);
    }

    private static String plain(String markup) {
        return Ansi.OFF.string(markup);
    }

    private static String escape(String plain) {
        return plain.replace("\\", "\\e").replace("-", "\\-");
    }
}
