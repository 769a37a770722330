package org.pullboot.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code pullboot} program. Exit status: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "pullboot",
        description = "Boots any machine straight into the image you just built, from one URL.",
        mixinStandardHelpOptions = true,
        versionProvider = Pullboot.Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        subcommands = {
            ServeCommand.class,
            VmCommand.class,
            DemoCommand.class,
            PullCommand.class,
            InitrdCommand.class,
            UkiCommand.class,
            KeysCommand.class,
            BootCommand.class,
            VolumeCommand.class,
            DoctorCommand.class,
            CompletionCommand.class,
            ManCommand.class
        })
final class Pullboot implements Runnable {
    static final int FAILED = 1;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The program's command line; errors go to standard error as one sentence. */
    static CommandLine commandLine() {
        Pullboot program = new Pullboot();
        return new CommandLine(program)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                // "@FILE" is the value of options such as --cmdline, and no file of arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(Pullboot::wrongUsage)
                .setExecutionExceptionHandler(program::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("error: " + sentence(Objects.requireNonNullElse(e.getMessage(), e.toString())));
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    private int failed(Exception e, CommandLine command, ParseResult parsed) {
        if (debug) {
            e.printStackTrace(command.getErr());
        }
        command.getErr().println("error: " + describe(e));
        return FAILED;
    }

    /** What went wrong, for a person; the file system's exceptions have only the file's name as their message. */
    private static String describe(Throwable e) {
        return switch (e) {
            case UncheckedIOException unchecked when unchecked.getCause() != null -> describe(unchecked.getCause());
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied ->
                denied.getFile() + " cannot be read or written by this user; run as another user or change its mode";
            case FileAlreadyExistsException exists -> exists.getFile() + " exists already";
            default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
        };
    }

    private static String sentence(String message) {
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    /** The version that Maven wrote into the jar's manifest. */
    static final class Version implements IVersionProvider {
        static String number() {
            String version = Pullboot.class.getModule().getDescriptor() == null
                    ? null
                    : Pullboot.class.getModule().getDescriptor().rawVersion().orElse(null);
            return version == null ? "(not packaged)" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"pullboot " + number()};
        }
    }
}
