package org.pullboot.generator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a generator, laid out for run-cases.sh.
 *
 * @param name its directory's name
 * @param commandLine the kernel's command line
 * @param initrd whether it is one
 * @param credential the credential import.pull, if any
 * @param variable the content of the variable StubDeviceURL in hexadecimal digits, if any
 */
record Case(
        String name,
        String commandLine,
        boolean initrd,
        @Nullable String credential,
        @Nullable String variable) {
    private static final String VARIABLE = "firmware/efi/efivars/StubDeviceURL-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    /**
     * What a generator left behind.
     *
     * @param status its exit status
     * @param units the text of each unit
     * @param links where each symbolic link leads
     */
    record Result(int status, Map<String, ParsedUnit> units, Map<String, String> links, String log) {
        /** What it said of units that could not be made. */
        List<String> failures() {
            return log.lines()
                    .filter(line -> line.startsWith("Failed to create") || line.startsWith("Failed to build"))
                    .toList();
        }

        /** What upstream put between single quotes, as it is in the file. */
        String json(String unit) {
            String line = unit(unit).last("ExecStart");
            return line.substring(line.indexOf('{'), line.lastIndexOf('}') + 1).replace("%%", "%");
        }

        ParsedUnit unit(String name) {
            return Objects.requireNonNull(units.get(name), name);
        }
    }

    /** A machine that was not booted over the network. */
    static Case of(String name, boolean initrd, List<String> expressions) {
        return new Case(name, commandLine(initrd, expressions), initrd, null, null);
    }

    /** The words for expressions, quoted; none of them has both kinds of quotes. */
    static String commandLine(boolean initrd, List<String> expressions) {
        StringBuilder line = new StringBuilder("quiet");
        for (String expression : expressions) {
            char quote = expression.indexOf('"') < 0 ? '"' : '\'';
            line.append(initrd ? " rd.systemd.pull=" : " systemd.pull=")
                    .append(quote)
                    .append(expression)
                    .append(quote);
        }
        return line.toString();
    }

    void writeTo(Path cases) throws IOException {
        Path directory = Files.createDirectories(cases.resolve(name));
        Files.writeString(directory.resolve("cmdline"), commandLine);
        Files.writeString(directory.resolve("initrd"), initrd ? "1" : "0");
        Files.createDirectories(directory.resolve("sys/" + VARIABLE).getParent());
        Files.createDirectories(directory.resolve("creds"));
        if (credential != null) {
            Files.writeString(directory.resolve("creds/import.pull"), credential);
        }
        if (variable != null) {
            Files.write(directory.resolve("sys/" + VARIABLE), HexFormat.of().parseHex(variable));
        }
    }

    /** Runs ours where {@link #writeTo} wrote. */
    Result runOurs(Path cases) throws IOException {
        Path directory = cases.resolve(name);
        // What upstream's units refer to is installed.
        Path installed = Files.createDirectories(directory.resolve("usr/lib/systemd/system"));
        for (String unit : List.of("imports.target", "imports-pre.target", "systemd-loop@.service")) {
            Files.createFile(installed.resolve(unit));
        }
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Path normal = directory.resolve("ours");
        int status = Generator.run(
                List.of(normal.toString(), normal.toString(), normal.toString()),
                Map.of(
                        "SYSTEMD_PROC_CMDLINE",
                        commandLine,
                        "SYSTEMD_IN_INITRD",
                        initrd ? "1" : "0",
                        "CREDENTIALS_DIRECTORY",
                        directory.resolve("creds").toString()),
                directory,
                new PrintStream(log, true, StandardCharsets.UTF_8));
        return result(normal, status, log.toString(StandardCharsets.UTF_8));
    }

    /** Reads what upstream's left. */
    Result upstream(Path cases) throws IOException {
        Path directory = cases.resolve(name);
        return result(
                directory.resolve("normal"),
                Integer.parseInt(Files.readString(directory.resolve("status")).strip()),
                Files.readString(directory.resolve("log")));
    }

    private static Result result(Path directory, int status, String log) throws IOException {
        Map<String, ParsedUnit> units = new TreeMap<>();
        Map<String, String> links = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    String relative = directory.relativize(file).toString();
                    if (Files.isSymbolicLink(file)) {
                        links.put(relative, Files.readSymbolicLink(file).toString());
                    } else if (Files.isRegularFile(file)) {
                        units.put(relative, ParsedUnit.of(Files.readString(file)));
                    }
                }
            }
        }
        return new Result(status, units, links, log);
    }
}
