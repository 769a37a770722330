package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

final class PullbootTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void wrongUsageIsOneSentenceAndStatusTwo() {
        assertThat(execute("--no-such-option")).isEqualTo(2);

        assertThat(err.toString()).startsWith("error: unknown option").contains("--help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void onlyTheCommandThatIsAskedForIsRead() {
        CommandLine uki = Pullboot.commandLine("uki", "build", "--help");
        assertThat(commands(uki))
                .extracting(CommandSpec::name)
                .contains("uki", "build")
                .doesNotContain("inspect", "serve");
        assertThat(commands(Pullboot.commandLine("uki")))
                .extracting(CommandSpec::name)
                .contains("build", "inspect");
        assertThat(uki.setOut(new PrintWriter(out, true)).execute("uki", "build", "--help"))
                .isZero();
        assertThat(out.toString()).contains("pullboot uki build", "--join-profile", "--debug");
        int all = Pullboot.commandLine().getSubcommands().size();
        assertThat(Pullboot.commandLine("man").getSubcommands()).hasSize(all);
        assertThat(Pullboot.commandLine("--help").getSubcommands()).hasSize(all);
    }

    @Test
    void aMissingCommandIsWrongUsage() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err.toString()).startsWith("error: a command is missing");
    }

    @Test
    void everyCommandHasADescriptionAndAnExample() {
        for (CommandSpec command : commands(Pullboot.commandLine())) {
            assertThat(command.usageMessage().description())
                    .as(command.qualifiedName())
                    .isNotEmpty();
            if (command.subcommands().isEmpty()) {
                assertThat(String.join("\n", command.usageMessage().footer()))
                        .as(command.qualifiedName())
                        .contains("Example: ");
            }
        }
    }

    @Test
    void everyOptionTakesValues() {
        for (CommandSpec command : commands(Pullboot.commandLine())) {
            for (OptionSpec option : command.options()) {
                if (option.arity().min() == 1) {
                    assertThat(complaint(command.qualifiedName() + " " + option.longestName() + " 1"))
                            .as(command.qualifiedName() + " " + option.longestName())
                            .doesNotContain("TypeConverter");
                }
            }
        }
    }

    /** What the parser says about a whole command line; a subcommand alone cannot parse the options it inherits. */
    private static String complaint(String line) {
        List<String> words = List.of(line.split(" "));
        try {
            Pullboot.commandLine().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
            return "";
        } catch (ParameterException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void everyCommandGetsAManualPage(@TempDir Path directory) throws Exception {
        assertThat(execute("man", directory.toString())).isZero();

        for (CommandSpec command : commands(Pullboot.commandLine())) {
            assertThat(Files.readString(directory.resolve(command.qualifiedName("-") + ".1")))
                    .startsWith(".TH ")
                    .contains(".SH NAME\n")
                    .contains(".SH OPTIONS\n");
        }
    }

    @Test
    void completionKnowsEveryCommand() {
        assertThat(execute("completion")).isZero();

        assertThat(out.toString())
                .contains(Pullboot.commandLine().getSubcommands().keySet());
    }

    private int execute(String... args) {
        return Pullboot.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private static List<CommandSpec> commands(CommandLine commandLine) {
        List<CommandSpec> all = new ArrayList<>();
        all.add(commandLine.getCommandSpec());
        commandLine.getSubcommands().values().forEach(sub -> all.addAll(commands(sub)));
        return all;
    }
}
