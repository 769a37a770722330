package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Loads kernel modules of the initrd by name or by what they are for. The initrd's builder has worked out what each
 * needs (its two tables are in /etc/pullboot), so that loading one is a look-up and not a search.
 *
 * <p>Table {@code modules}, sorted lines: {@code NAME PATH [BEFORE…] [+AFTER…]}, PATH {@code -} when it is built in.
 * Table {@code aliases}, sorted lines: first {@code :PREFIX…}, then {@code PATTERN NAME}; a PREFIX says that there are
 * patterns whose first wildcard is this one, after so many characters.
 *
 * <p>Safe for use from several threads.
 */
final class ModuleLoader {
    private static final String BUILT_IN = "-";

    private final SortedLines modules;
    private final SortedLines aliases;
    private final Path tree;
    private final Inserter inserter;
    private final Set<String> tried = new HashSet<>();
    private final List<String> prefixes;
    private int loaded;

    /** Puts a module into the kernel. */
    interface Inserter {
        /**
         * Inserts one module whose dependencies are there.
         *
         * @return whether it was not there before
         */
        boolean insert(Path file) throws IOException;
    }

    /**
     * Reads the tables; nothing is loaded.
     *
     * @param tables the directory with the tables: /etc/pullboot
     * @param tree the directory that PATHs are in: /usr/lib/modules/VERSION
     */
    ModuleLoader(Path tables, Path tree, Inserter inserter) throws IOException {
        this.modules = SortedLines.read(tables.resolve("modules"));
        this.aliases = SortedLines.read(tables.resolve("aliases"));
        this.tree = tree;
        this.inserter = inserter;
        int first = aliases.find(":");
        this.prefixes = first < 0 ? List.of() : words(aliases.line(first).substring(1));
    }

    /**
     * Loads a module and what it needs, once: a second time does nothing.
     *
     * @return whether the kernel has it now; false when the initrd does not hold it
     * @throws IOException when the kernel refuses it
     */
    synchronized boolean load(String name) throws IOException {
        List<String> words = entry(name);
        if (words.isEmpty()) {
            return false;
        }
        if (!tried.add(name) || words.get(1).equals(BUILT_IN)) {
            return true;
        }
        for (int i = 2; i < words.size(); i++) {
            if (words.get(i).charAt(0) != '+') {
                loadDependency(words.get(i));
            }
        }
        try {
            insert(words.get(1));
        } catch (IOException refused) {
            tried.remove(name);
            throw refused;
        }
        for (int i = 2; i < words.size(); i++) {
            if (words.get(i).charAt(0) == '+') {
                loadAfterwards(words.get(i).substring(1));
            }
        }
        return true;
    }

    /** How many modules were put into the kernel. */
    synchronized int loaded() {
        return loaded;
    }

    /** Where a module is below its tree, {@code kernel/drivers/net/…}; empty when it is built in or not there. */
    String path(String name) {
        List<String> words = entry(name);
        return words.isEmpty() || words.get(1).equals(BUILT_IN) ? "" : words.get(1);
    }

    /** The modules for a device or another thing that the kernel names by an alias, as in modules.alias. */
    List<String> namesFor(String alias) {
        List<String> names = new ArrayList<>();
        collect(alias + " ", alias, names);
        for (String prefix : prefixes) {
            int length = prefixLength(prefix);
            if (length <= alias.length()) {
                collect(alias.substring(0, length) + prefix.charAt(prefix.length() - 1), alias, names);
            }
        }
        return names;
    }

    private void collect(String key, String alias, List<String> names) {
        for (int at = aliases.find(key); at >= 0; at = aliases.next(at, key)) {
            String line = aliases.line(at);
            int blank = line.lastIndexOf(' ');
            String name = line.substring(blank + 1);
            if (blank > 0 && Glob.matches(line.substring(0, blank), alias) && !names.contains(name)) {
                names.add(name);
            }
        }
    }

    private static int prefixLength(String prefix) {
        int length = 0;
        for (int i = 0; i < prefix.length() - 1; i++) {
            length = length * 10 + (prefix.charAt(i) - '0');
        }
        return length;
    }

    /** A dependency may be a wish, such as hardware acceleration this machine lacks: what needs it decides. */
    @SuppressWarnings("EmptyCatch")
    private void loadDependency(String name) {
        List<String> words = entry(name);
        if (words.isEmpty() || !tried.add(name) || words.get(1).equals(BUILT_IN)) {
            return;
        }
        try {
            insert(words.get(1));
        } catch (IOException refused) {
            // The module that has it as a dependency fails in turn when it cannot do without, and says so.
        }
    }

    @SuppressWarnings("EmptyCatch")
    private void loadAfterwards(String name) {
        try {
            load(name);
        } catch (IOException refused) {
            // Only a wish of the module that was loaded.
        }
    }

    private void insert(String path) throws IOException {
        if (inserter.insert(file(path))) {
            loaded++;
        }
    }

    /** The tables name files without compression; one that the initrd keeps compressed is told by its suffix. */
    private Path file(String path) {
        Path plain = tree.resolve(path);
        if (Files.exists(plain)) {
            return plain;
        }
        Path xz = tree.resolve(path + ".xz");
        return Files.exists(xz) ? xz : plain;
    }

    private List<String> entry(String name) {
        int at = modules.find(name.replace('-', '_') + " ");
        return at < 0 ? List.of() : words(modules.line(at));
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int end = line.indexOf(' '); end >= 0; end = line.indexOf(' ', start)) {
            words.add(line.substring(start, end));
            start = end + 1;
        }
        if (start < line.length()) {
            words.add(line.substring(start));
        }
        return words;
    }
}
