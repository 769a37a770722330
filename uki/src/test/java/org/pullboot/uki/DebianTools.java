package org.pullboot.uki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The tools of Debian sid in a tree of their own, made once by {@code e2e/images/tools-tree.sh}; they run in a chroot. */
final class DebianTools {
    private static final Path SCRIPT = Path.of("..", "e2e", "images", "tools-tree.sh");

    private final Path tree;

    private DebianTools(Path tree) {
        this.tree = tree;
    }

    /** {@code PULLBOOT_TOOLS_TREE} names a tree to use instead. */
    static DebianTools find() throws IOException, InterruptedException {
        String given = System.getenv("PULLBOOT_TOOLS_TREE");
        String path =
                given != null ? given : run(List.of("bash", SCRIPT.toString())).strip();
        return new DebianTools(Path.of(path));
    }

    /** A directory that the tools see as the returned path's name under /tmp. */
    Path workDirectory() throws IOException {
        return Files.createTempDirectory(tree.resolve("tmp"), "uki");
    }

    /** Runs a tool; paths below the work directory are as seen in the tree. */
    String run(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("chroot", tree.toString()));
        words.addAll(List.of(command));
        return run(words);
    }

    /** A file of the tree. */
    Path path(String absolute) {
        return tree.resolve(absolute.substring(1));
    }

    /** The kernel in the tree. */
    Path kernel() throws IOException {
        try (Stream<Path> files =
                Files.find(path("/usr/lib/modules"), 2, (file, attributes) -> file.endsWith("vmlinuz"))) {
            return files.findFirst().orElseThrow(() -> new AssertionError("no kernel in " + tree));
        }
    }

    /** The path as the tools see it. */
    String inside(Path file) {
        return "/" + tree.relativize(file);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with status " + status + ": " + output);
        }
        return output;
    }
}
