package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Compiles a module that has the agent's name and main class, and does next to nothing. */
final class StandInAgent {
    private StandInAgent() {}

    /**
     * Makes a module path.
     *
     * @param main the statements of its main method
     */
    static List<Path> compile(Path directory, String main) throws IOException {
        Path sources = Files.createDirectories(directory.resolve("sources/org/pullboot/agent"));
        Path linux = Files.createDirectories(directory.resolve("linux"));
        Files.writeString(sources.resolve("Agent.java"), """
                package org.pullboot.agent;
                public final class Agent {
                    public static void main(String[] arguments) throws Exception {
                        %s
                    }
                }
                """.formatted(main));
        Files.writeString(
                directory.resolve("sources/module-info.java"),
                "module org.pullboot.agent { requires org.pullboot.linux; }");
        Files.writeString(linux.resolve("module-info.java"), "module org.pullboot.linux {}");
        Path classes = directory.resolve("classes");
        String javac = Path.of(System.getProperty("java.home"), "bin/javac").toString();
        Tools.run(directory, javac, "-d", classes.resolve("linux").toString(), linux + "/module-info.java");
        Tools.run(
                directory,
                javac,
                "-p",
                classes.resolve("linux").toString(),
                "-d",
                classes.resolve("agent").toString(),
                directory.resolve("sources/module-info.java").toString(),
                sources.resolve("Agent.java").toString());
        return List.of(classes.resolve("linux"), classes.resolve("agent"));
    }
}
