package org.pullboot.initrd;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Builds an initrd from the command line, without the command: {@code ROOT OUT CACHE AGENT-MODULE-PATH}.
 *
 * <p>ROOT is an installed system's root directory or an unpacked kernel package.
 */
final class BuildInitrd {
    private BuildInitrd() {}

    public static void main(String... arguments) throws Exception {
        Path cache = Path.of(arguments[2]);
        List<Path> modulePath =
                Arrays.stream(arguments[3].split(":", -1)).map(Path::of).toList();
        long start = System.nanoTime();
        AgentRuntime runtime =
                AgentRuntime.prepare(cache, modulePath, Path.of(System.getProperty("java.home")), System.err::println);
        long prepared = System.nanoTime();
        KernelTree kernel = KernelTree.inRoot(Path.of(arguments[0]), Optional.empty());
        int level = Integer.getInteger("level", InitrdRequest.DEFAULT_LEVEL);
        boolean all = Boolean.getBoolean("all-nics");
        InitrdManifest manifest = InitrdBuilder.build(
                new InitrdRequest(kernel, runtime, cache, level, all, List.of()), Path.of(arguments[1]));
        System.out.print(manifest.text());
        System.out.printf(
                "runtime %.1f s, initrd %.1f s%n", (prepared - start) / 1e9, (System.nanoTime() - prepared) / 1e9);
    }
}
