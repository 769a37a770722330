package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Links java.base and the agent to a runtime image with jlink, and takes out what no boot needs. */
final class RuntimeLink {
    /** Launchers, licences, signal chaining, sorting by AVX-512, the class list of an archive that is not made. */
    private static final List<String> NOT_NEEDED = List.of(
            "legal",
            "conf/management",
            "lib/jrt-fs.jar",
            "lib/classlist",
            "lib/jspawnhelper",
            "lib/jexec",
            "lib/libjsig.so",
            "lib/server/libjsig.so",
            "lib/server/classes.jsa",
            "lib/server/classes_nocoops.jsa",
            "lib/libsimdsort.so",
            "lib/libverify.so.debuginfo",
            "bin/keytool");

    private RuntimeLink() {}

    static void link(Path javaHome, AgentModules modules, Path jre, Consumer<String> progress) throws IOException {
        Path jlink = javaHome.resolve("bin/jlink");
        if (!Files.isExecutable(jlink)) {
            throw new InitrdException("no jlink in '" + javaHome + "': install a whole JDK, a runtime is not enough");
        }
        progress.accept("linking a Java runtime for the agent");
        String path = modules.locations().stream().map(Path::toString).collect(Collectors.joining(":"));
        ToolRun.of(
                "jlink",
                List.of(
                        jlink.toString(),
                        "--module-path",
                        path,
                        "--add-modules",
                        JvmOptions.AGENT_MODULE,
                        // The archive around it is compressed as a whole, and inner compression would spoil that.
                        "--compress",
                        "zip-0",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        jre.toString()));
        for (String name : NOT_NEEDED) {
            FileTrees.delete(jre.resolve(name));
        }
        strip(jre.resolve("lib/server/libjvm.so"));
    }

    /** Takes 5 MB of symbols out of the JVM; without binutils they stay. */
    private static void strip(Path library) throws IOException {
        for (String directory : System.getenv().getOrDefault("PATH", "/usr/bin").split(":", -1)) {
            Path strip = Path.of(directory, "strip");
            if (!directory.isEmpty() && Files.isExecutable(strip)) {
                ToolRun.of("strip", List.of(strip.toString(), "--strip-unneeded", library.toString()));
                return;
            }
        }
    }
}
