package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** Texts in other languages, the names of characters, character sets that nothing in a boot is written in. */
    private static final List<String> NOT_NEEDED_CLASSES = List.of(
            "/java.base/sun/security/tools/keytool/resources/keytool_*",
            "/java.base/sun/launcher/resources/launcher_*",
            "/java.base/java/lang/uniName.dat",
            "regex:/java.base/sun/nio/cs/(ISO_8859_[2-9]|IBM|MS[0-9]|KOI8|GB18030|JIS_|SJIS|EUC_|Big5|GBK|Johab|HKSCS).*");

    private RuntimeLink() {}

    /** What of jlink's options has an influence on the result, beside the modules. */
    static List<String> options() {
        return List.of(
                "--add-modules",
                JvmOptions.AGENT_MODULE,
                // The archive around it is compressed as a whole, and inner compression would spoil that.
                "--compress",
                "zip-0",
                // Two of twenty megabytes, for line numbers in stack traces that only --debug shows.
                "--strip-java-debug-attributes",
                "--exclude-resources",
                String.join(",", NOT_NEEDED_CLASSES),
                "--no-header-files",
                "--no-man-pages");
    }

    static void link(Path javaHome, AgentModules modules, Path jre, Consumer<String> progress) throws IOException {
        Path jlink = javaHome.resolve("bin/jlink");
        if (!Files.isExecutable(jlink)) {
            throw new InitrdException("no jlink in '" + javaHome + "': install a whole JDK, a runtime is not enough");
        }
        progress.accept("linking a Java runtime for the agent");
        List<String> command = new ArrayList<>(List.of(jlink.toString(), "--output", jre.toString()));
        command.add("--module-path");
        command.add(modules.locations().stream().map(Path::toString).collect(Collectors.joining(":")));
        command.addAll(options());
        ToolRun.of("jlink", command);
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
