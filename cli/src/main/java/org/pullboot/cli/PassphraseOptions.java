package org.pullboot.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.pullboot.uki.KeyException;
import org.pullboot.uki.KeyFiles;
import picocli.CommandLine.Option;

/** Where the passphrase of an encrypted key comes from; never from an argument, which every user of the machine can read. */
final class PassphraseOptions implements KeyFiles.Passphrase {
    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "The passphrase of encrypted keys, or the PIN of a token (default: asked on the terminal).")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--passphrase-env", paramLabel = "NAME", description = "The environment variable that holds it.")
    private Optional<String> variable = Optional.empty();

    /** Whether there is one without asking anybody. */
    boolean isGiven() {
        return file.isPresent() || variable.isPresent();
    }

    // The check knows Java 22, where there was always a console; since Java 25 there is none without a terminal again.
    @SuppressWarnings("SystemConsoleNull")
    @Override
    public char[] get(String what) throws IOException {
        if (file.isPresent()) {
            return read(file.get());
        } else if (variable.isPresent()) {
            String value = System.getenv(variable.get());
            if (value == null) {
                throw new KeyException("the environment has no variable " + variable.get() + " with the passphrase");
            }
            return value.toCharArray();
        }
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new KeyException(what + " needs a passphrase, and there is no terminal to ask on: give"
                    + " --passphrase-file or --passphrase-env");
        }
        char[] typed = console.readPassword("Passphrase of %s: ", what);
        if (typed == null) {
            throw new KeyException(what + " needs a passphrase, and none was typed");
        }
        return typed;
    }

    /** Its first line. */
    private static char[] read(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content));
        Arrays.fill(content, (byte) 0);
        int length = 0;
        while (length < text.length() && text.charAt(length) != '\n' && text.charAt(length) != '\r') {
            length++;
        }
        char[] line = new char[length];
        text.get(line);
        Arrays.fill(text.array(), '\0');
        return line;
    }
}
