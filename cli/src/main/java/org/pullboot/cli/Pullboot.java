package org.pullboot.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
        usageHelpAutoWidth = true)
final class Pullboot implements Runnable {
    static final int FAILED = 1;

    private static final List<Class<?>> COMMANDS = List.of(
            ServeCommand.class,
            VmCommand.class,
            DemoCommand.class,
            PullCommand.class,
            GeneratorCommand.class,
            InitrdCommand.class,
            UkiCommand.class,
            KeysCommand.class,
            BootCommand.class,
            VolumeCommand.class,
            MachinesCommand.class,
            BootsCommand.class,
            DoctorCommand.class,
            CompletionCommand.class,
            ManCommand.class);

    /** They look at all the others. */
    private static final Set<String> OF_ALL = Set.of("completion", "man");

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
    }

    /**
     * The program's command line; errors go to standard error as one sentence.
     *
     * @param words what will be executed. If they begin with a command's name, only that command is read: to read all takes
     *     longer than what many of them do. Without words it has all commands
     */
    static CommandLine commandLine(String... words) {
        Pullboot program = new Pullboot();
        CommandLine root = new CommandLine(program);
        List<String> names = words.length > 0 && OF_ALL.contains(words[0]) ? List.of() : List.of(words);
        addSubcommands(root, COMMANDS, names);
        CommandLine uki = root.getSubcommands().get("uki");
        if (uki != null) {
            addSubcommands(uki, UkiCommand.COMMANDS, names.subList(Math.min(1, names.size()), names.size()));
        }
        return root.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                // "@FILE" is the value of options such as --cmdline, and no file of arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(Pullboot::wrongUsage)
                .setExecutionExceptionHandler(program::failed);
    }

    private static void addSubcommands(CommandLine parent, List<Class<?>> commands, List<String> words) {
        List<Class<?>> named = commands.stream()
                .filter(command -> !words.isEmpty() && name(command).equals(words.getFirst()))
                .toList();
        for (Class<?> command : named.isEmpty() ? commands : named) {
            parent.addSubcommand(name(command), new CommandLine(command));
        }
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
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
