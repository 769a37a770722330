package org.pullboot.initrd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The two tables that make coldplug a lookup for the agent. Both are printable ASCII, lines end with one LF, and lines
 * are sorted by their bytes (unsigned), so that a reader can search them by halves without parsing them.
 *
 * <p><b>{@code /etc/pullboot/modules}</b>: one line for each module that is in the initrd or built into the kernel:
 *
 * <pre>
 * NAME PATH [BEFORE...] [+AFTER...]
 * </pre>
 *
 * NAME has '_' for '-'. PATH is its file below {@code /usr/lib/modules/VERSION/}, or {@code -} when the module is
 * built in: then there is nothing to load. A path that does not end in {@code .ko} is of a compressed file, which this
 * kernel decompresses itself when told so (MODULE_INIT_COMPRESSED_FILE of finit_module(2)). BEFORE are the names of all modules that have to be loaded first,
 * in this order and complete: nothing needs to be looked up for them but their paths. AFTER, each with a '+', are
 * modules that should be loaded afterwards; each has a line of its own with what it needs. A BEFORE that fails to load
 * may be a soft dependency (hardware acceleration that this machine lacks), so go on and let the module itself decide.
 *
 * <p><b>{@code /etc/pullboot/aliases}</b>: the first line is {@code :PREFIX PREFIX ...}; each further line is
 *
 * <pre>
 * PATTERN NAME
 * </pre>
 *
 * PATTERN is a glob with {@code *}, {@code ?} and {@code [...]} as modules state it (never with a blank), NAME the
 * module; a pattern of several modules has several lines. Each PREFIX of the first line is a decimal length followed by
 * one of {@code *?[}: there are patterns whose first wildcard is this one, after so many characters. To find the modules
 * for a modalias M: for each PREFIX whose length is not above M's, look up the first such characters of M followed by
 * the wildcard, and match every line that begins so; and look up {@code M + " "}, for aliases without wildcards such as
 * {@code fs-ext4}.
 */
final class AgentTables {
    static final String MODULES = "etc/pullboot/modules";
    static final String ALIASES = "etc/pullboot/aliases";

    private static final Comparator<String> BY_BYTES = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));

    private AgentTables() {}

    static String modules(ModuleTree tree, ModuleClosure closure, StoredModules stored) throws IOException {
        SortedMap<String, String> lines = new TreeMap<>(BY_BYTES);
        for (String name : tree.builtin()) {
            lines.put(name + " ", "-");
        }
        for (KernelModule module : closure.members()) {
            StringBuilder line = new StringBuilder(stored.path(module));
            for (KernelModule before : closure.before(module)) {
                line.append(' ').append(before.name());
            }
            for (KernelModule after : closure.after(module)) {
                line.append(" +").append(after.name());
            }
            lines.put(module.name() + " ", line.toString());
        }
        StringBuilder text = new StringBuilder();
        lines.forEach((name, rest) -> text.append(name).append(rest).append('\n'));
        return text.toString();
    }

    static String aliases(ModuleClosure closure) {
        SortedSet<String> lines = new TreeSet<>(BY_BYTES);
        SortedSet<String> prefixes = new TreeSet<>();
        for (KernelModule module : closure.members()) {
            for (String alias : module.info().aliases()) {
                if (isPlain(alias)) {
                    lines.add(alias + " " + module.name());
                    int prefix = literalPrefix(alias);
                    if (prefix < alias.length()) {
                        prefixes.add(Integer.toString(prefix) + alias.charAt(prefix));
                    }
                }
            }
        }
        StringBuilder text =
                new StringBuilder(":").append(String.join(" ", prefixes)).append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Nothing that could break the table, and no "devname:" line, which is for device nodes only. */
    private static boolean isPlain(String alias) {
        return !alias.isEmpty()
                && !alias.startsWith("devname:")
                && alias.charAt(0) != ':'
                && alias.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    private static int literalPrefix(String pattern) {
        int i = 0;
        while (i < pattern.length() && "*?[".indexOf(pattern.charAt(i)) < 0) {
            i++;
        }
        return i;
    }
}
