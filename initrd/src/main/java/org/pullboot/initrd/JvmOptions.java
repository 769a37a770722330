package org.pullboot.initrd;

import java.util.ArrayList;
import java.util.List;

/**
 * The options of the agent's JVM: one list for the run that trains its AOT cache and for the boot, because a cache that
 * was made with other options is refused.
 */
final class JvmOptions {
    static final String AGENT_MODULE = "org.pullboot.agent";
    static final String AGENT_CLASS = AGENT_MODULE + ".Agent";

    /** Where the runtime is in the initrd. */
    static final String JRE = "jre";

    static final String AOT_CACHE = JRE + "/agent.aot";

    private static final List<String> COMMON = List.of(
            "-XX:+UseSerialGC",
            "-Xmx64m",
            // No files in /tmp, no reading of cgroups, no raised descriptor limit that the image's init would inherit.
            "-XX:-UsePerfData",
            "-XX:-UseContainerSupport",
            "-XX:-MaxFDLimit",
            // No signal handlers: their blocked signals would be inherited too.
            "-Xrs",
            // Relocating the archive, the default, takes seconds in an emulated machine.
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            // A crash must be seen on the console: there is no file to find later.
            "-XX:+ErrorFileToStderr",
            // Most of the agent runs once: compile only what is hot for long, which is hashing and writing.
            "-XX:CompileThresholdScaling=10",
            // Hashing with AVX2 costs an emulated machine more than it saves. SHA instructions are used all the same.
            "-XX:UseAVX=0",
            "--enable-native-access=org.pullboot.linux");

    private JvmOptions() {}

    /** The content of {@code /init.args}. */
    static String initArguments() {
        List<String> words = new ArrayList<>(COMMON);
        words.add("-XX:AOTCache=/" + AOT_CACHE);
        words.add("-m");
        words.add(AGENT_MODULE + "/" + AGENT_CLASS);
        return String.join("\n", words) + "\n";
    }

    /**
     * The words after {@code java} for a run of the agent on this machine.
     *
     * @param special options of this run
     * @param arguments for the agent
     */
    static List<String> run(List<String> special, List<String> arguments) {
        List<String> words = new ArrayList<>(COMMON);
        words.addAll(special);
        words.add("-m");
        words.add(AGENT_MODULE + "/" + AGENT_CLASS);
        words.addAll(arguments);
        return words;
    }
}
