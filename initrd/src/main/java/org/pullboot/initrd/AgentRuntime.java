package org.pullboot.initrd;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.pullboot.image.Sha256;

/**
 * A Java runtime that holds java.base and the agent and nothing else, with an AOT cache trained by the agent itself.
 *
 * <p>It is made once for a JDK and the agent's classes (half a minute), and kept in a cache directory. Several processes
 * may prepare the same one at the same time: each makes its own, and the first that is done wins.
 */
public final class AgentRuntime {
    private static final Duration UNUSED = Duration.ofDays(7);

    private final Path directory;
    private final String key;

    private AgentRuntime(Path directory, String key) {
        this.directory = directory;
        this.key = key;
    }

    /**
     * Takes the runtime from the cache, or makes it.
     *
     * @param cache a directory for this and other caches; made when it is not there
     * @param agentModulePath where the agent's modules are: jars, directories of classes, directories of jars
     * @param javaHome a JDK, of the version that the agent was compiled for or newer
     * @param progress told, in one sentence each, what is being done; only when something is
     * @throws InitrdException when the JDK has no jlink, or the agent does not pass its training run
     */
    public static AgentRuntime prepare(Path cache, List<Path> agentModulePath, Path javaHome, Consumer<String> progress)
            throws IOException {
        AgentModules modules = AgentModules.find(agentModulePath);
        String key = key(javaHome, modules);
        Path runtimes = cache.resolve("runtime");
        Path directory = runtimes.resolve(key);
        if (!Files.exists(directory)) {
            Files.createDirectories(runtimes);
            removeUnused(runtimes);
            Path work = Files.createTempDirectory(runtimes, ".making-");
            try {
                Path jre = work.resolve("jre");
                RuntimeLink.link(javaHome, modules, jre, progress);
                AotTraining.train(jre, work.resolve("agent.aot"), progress);
                FileTrees.moveDirectory(work, directory);
            } finally {
                FileTrees.delete(work);
            }
        }
        Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
        return new AgentRuntime(directory, key);
    }

    /**
     * The module path that the running program was started with: the agent's modules are on it when the program is
     * Pullboot's.
     */
    public static List<Path> runningModulePath() {
        return Arrays.stream(System.getProperty("jdk.module.path", "").split(File.pathSeparator, -1))
                .filter(element -> !element.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static String key(Path javaHome, AgentModules modules) throws IOException {
        MessageDigest digest = Sha256.digester();
        Path release = javaHome.resolve("release");
        if (!Files.exists(release)) {
            throw new InitrdException("no Java runtime in '" + javaHome + "': give the home directory of a JDK");
        }
        digest.update(Files.readAllBytes(release));
        digest.update(RuntimeLink.recipe());
        digest.update(JvmOptions.initArguments().getBytes(StandardCharsets.UTF_8));
        modules.updateDigest(digest);
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    /** Runtimes of last week's agent, and what a killed process left behind. */
    private static void removeUnused(Path runtimes) throws IOException {
        Instant limit = Instant.now().minus(UNUSED);
        List<Path> old = new ArrayList<>();
        try (Stream<Path> entries = Files.list(runtimes)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
                    old.add(entry);
                }
            }
        }
        for (Path entry : old) {
            FileTrees.delete(entry);
        }
    }

    /** Names the runtime: the same input has the same key, anything else another. */
    public String key() {
        return key;
    }

    /** The version of the runtime, such as {@code 25.0.3}. */
    public String javaVersion() throws IOException {
        Optional<String> line = Files.readAllLines(jre().resolve("release")).stream()
                .filter(text -> text.startsWith("JAVA_VERSION="))
                .findFirst();
        return line.map(text -> text.substring(text.indexOf('=') + 1).replace("\"", ""))
                .orElse("unknown");
    }

    Path jre() {
        return directory.resolve("jre");
    }

    Path aotCache() {
        return directory.resolve("agent.aot");
    }
}
