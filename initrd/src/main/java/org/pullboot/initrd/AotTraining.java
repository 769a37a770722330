package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the agent's AOT cache (JEP 483, 514, 515): runs {@code Agent --train} in the linked runtime, and lets the JVM
 * keep the classes as they were loaded and linked, and what it learned of the hot methods.
 *
 * <p>A cache is never the same twice, which is why it has its own segment in the initrd.
 */
final class AotTraining {
    private static final List<String> TRAIN = List.of("--train");

    private AotTraining() {}

    static void train(Path jre, Path cache, Consumer<String> progress) throws IOException {
        progress.accept("training the agent's AOT cache");
        Path configuration = cache.resolveSibling("agent.aotconf");
        String java = jre.resolve("bin/java").toString();
        run("the agent's training run", java, List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + configuration));
        run(
                "making the AOT cache",
                java,
                List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + configuration, "-XX:AOTCache=" + cache));
        Files.deleteIfExists(configuration);
        // AOTMode=on makes the JVM refuse to start when the cache does not fit, where a boot would only be slow.
        run("the agent's run with its AOT cache", java, List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache));
    }

    private static void run(String what, String java, List<String> special) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java);
        command.addAll(JvmOptions.run(special, TRAIN));
        ToolRun.of(what, command);
    }
}
