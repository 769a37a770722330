package org.pullboot.debian;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tools of Debian sid in a tree of their own, made once by {@code e2e/images/tools-tree.sh}; they run in a chroot,
 * as root. Immutable; safe for use from several threads.
 */
public final class DebianTools {
    private static final Path SCRIPT = Path.of("..", "e2e", "images", "tools-tree.sh");

    private final Path tree;

    private DebianTools(Path tree) {
        this.tree = tree;
    }

    /**
     * How a tool ended.
     *
     * @param status its exit status
     * @param output what it wrote, errors too
     */
    public record Ending(int status, String output) {}

    /**
     * Makes the tree if it is not there. {@code PULLBOOT_TOOLS_TREE} names a tree to use instead.
     *
     * @throws IOException when the script cannot be started
     * @throws AssertionError when it fails
     */
    public static DebianTools find() throws IOException, InterruptedException {
        String given = System.getenv("PULLBOOT_TOOLS_TREE");
        return new DebianTools(Path.of(
                given != null
                        ? given
                        : output(List.of("bash", SCRIPT.toString())).strip()));
    }

    /**
     * A new directory that the tools see as {@link #inside} says; the caller deletes it with {@link #delete}.
     *
     * @param prefix how its name begins
     */
    public Path workDirectory(String prefix) throws IOException {
        return Files.createTempDirectory(tree.resolve("tmp"), prefix);
    }

    /** Deletes a work directory with all that is in it. */
    public static void delete(Path workDirectory) throws IOException {
        try (Stream<Path> files = Files.walk(workDirectory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A file of the tree, by its path in it. */
    public Path path(String absolute) {
        return tree.resolve(absolute.substring(1));
    }

    /** The kernel in the tree. */
    public Path kernel() throws IOException {
        try (Stream<Path> files =
                Files.find(path("/usr/lib/modules"), 2, (file, attributes) -> file.endsWith("vmlinuz"))) {
            return files.findFirst().orElseThrow(() -> new AssertionError("no kernel in " + tree));
        }
    }

    /** The path of a file of the tree as the tools see it. */
    public String inside(Path file) {
        return "/" + tree.relativize(file);
    }

    /**
     * Runs a tool that has to succeed; its errors go to ours.
     *
     * @return what it printed
     * @throws AssertionError when it does not end with status 0
     */
    public String run(String... command) throws IOException, InterruptedException {
        return output(inTree(command));
    }

    /** Runs a tool that may fail. */
    public Ending attempt(String... command) throws IOException, InterruptedException {
        return end(new ProcessBuilder(inTree(command)).redirectErrorStream(true));
    }

    private List<String> inTree(String... command) {
        List<String> words = new ArrayList<>(List.of("chroot", tree.toString()));
        words.addAll(List.of(command));
        return words;
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Ending ending = end(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        if (ending.status != 0) {
            throw new AssertionError(
                    String.join(" ", command) + " ended with status " + ending.status + ": " + ending.output);
        }
        return ending.output;
    }

    private static Ending end(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ending(process.waitFor(), output);
    }
}
