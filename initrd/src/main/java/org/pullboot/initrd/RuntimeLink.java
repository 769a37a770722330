package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Links java.base and the agent to a runtime image with jlink, and takes out what no boot needs.
 *
 * <p>The forms of method handles that the agent's system calls go through are linked in: else the agent would make their
 * classes when it starts, which is a third of its start. They are listed in {@code lambda-forms.txt}; a form that is not
 * there costs only time. To list them again, for another JDK or a changed agent, run the linked runtime with {@code
 * -Djava.lang.invoke.MethodHandle.TRACE_RESOLVE=true} and the agent's {@code --train}, and keep the start of each line
 * with RESOLVE in it, without what is in parentheses, sorted, each once.
 */
final class RuntimeLink {
    /** Licences, launchers, signal chaining, sorting by AVX-512, the verifier of Java 5, the class list of an archive that is not made. */
    private static final List<String> NOT_NEEDED = List.of(
            "legal",
            "lib/jrt-fs.jar",
            "lib/classlist",
            "lib/jspawnhelper",
            "lib/jexec",
            "lib/libjsig.so",
            "lib/server/libjsig.so",
            "lib/server/classes.jsa",
            "lib/server/classes_nocoops.jsa",
            "lib/libsimdsort.so",
            "lib/libverify.so",
            "bin/keytool");

    /** Texts in other languages, the names of characters, character sets that nothing in a boot is written in. */
    private static final List<String> NOT_NEEDED_CLASSES = List.of(
            "/java.base/sun/security/tools/keytool/resources/keytool_*",
            "/java.base/sun/launcher/resources/launcher_*",
            "/java.base/java/lang/uniName.dat",
            "regex:/java.base/sun/nio/cs/"
                    + "(ISO_8859_[2-9]|IBM|MS[0-9]|KOI8|GB18030|JIS_|SJIS|EUC_|Big5|GBK|Johab|HKSCS).*");

    private RuntimeLink() {}

    /** Everything but the modules and the JDK that the result depends on. */
    static byte[] recipe() throws IOException {
        List<String> recipe = new ArrayList<>(options());
        recipe.addAll(NOT_NEEDED);
        recipe.add(new String(lambdaForms(), StandardCharsets.UTF_8));
        return String.join("\n", recipe).getBytes(StandardCharsets.UTF_8);
    }

    static void link(Path javaHome, AgentModules modules, Path jre, Consumer<String> progress) throws IOException {
        Path jlink = javaHome.resolve("bin/jlink");
        if (!Files.isExecutable(jlink)) {
            throw new InitrdException("no jlink in '" + javaHome + "': install a whole JDK, a runtime is not enough");
        }
        progress.accept("linking a Java runtime for the agent");
        Path forms = Files.write(jre.resolveSibling("lambda-forms.txt"), lambdaForms());
        List<String> command = new ArrayList<>(List.of(jlink.toString(), "--output", jre.toString()));
        command.add("--module-path");
        command.add(modules.locations().stream().map(Path::toString).collect(Collectors.joining(":")));
        command.add("--generate-jli-classes=@" + forms);
        command.addAll(options());
        ToolRun.of("jlink", command);
        Files.delete(forms);
        for (String name : NOT_NEEDED) {
            FileTrees.delete(jre.resolve(name));
        }
        strip(jre.resolve("lib/server/libjvm.so"));
    }

    private static List<String> options() {
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

    private static byte[] lambdaForms() throws IOException {
        try (InputStream in = RuntimeLink.class.getResourceAsStream("lambda-forms.txt")) {
            if (in == null) {
                throw new InitrdException("this installation of Pullboot lacks its lambda-forms.txt: install it again");
            }
            return in.readAllBytes();
        }
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
