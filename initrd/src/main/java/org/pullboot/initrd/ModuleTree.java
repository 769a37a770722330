package org.pullboot.initrd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The modules of one kernel: a directory {@code lib/modules/VERSION}, read without depmod's files.
 *
 * <p>Modules are found by their file names and opened only when asked for, because a distribution has thousands of
 * them and an initrd needs some dozens. Safe for use from several threads.
 */
final class ModuleTree {
    private static final Pattern MODULE_FILE = Pattern.compile("(.+)\\.ko(\\.gz|\\.xz|\\.zst)?");

    private final Path directory;
    private final NavigableMap<String, String> paths;
    private final SortedSet<String> builtin;
    private final Map<String, List<String>> builtinAliases;
    private final Map<String, KernelModule> read = new ConcurrentHashMap<>();
    private volatile @Nullable Map<String, List<String>> byAlias;

    private ModuleTree(
            Path directory,
            NavigableMap<String, String> paths,
            SortedSet<String> builtin,
            Map<String, List<String>> builtinAliases) {
        this.directory = directory;
        this.paths = paths;
        this.builtin = builtin;
        this.builtinAliases = builtinAliases;
    }

    /**
     * Finds the modules of a kernel.
     *
     * @param directory the one that is named after the kernel's version and holds {@code kernel/}
     * @throws InitrdException when there is no module in it
     */
    static ModuleTree of(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new InitrdException("no directory '" + directory
                    + "': expected a kernel's modules there, as in /usr/lib/modules/VERSION");
        }
        NavigableMap<String, String> paths = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                var matcher = MODULE_FILE.matcher(file.getFileName().toString());
                if (matcher.matches() && Files.isRegularFile(file)) {
                    String path = directory.relativize(file).toString();
                    paths.merge(ModuleInfo.normal(matcher.group(1)), path, ModuleTree::preferred);
                }
            }
        } catch (UncheckedIOException e) {
            throw new InitrdException("cannot read the modules in '" + directory + "'", e);
        }
        if (paths.isEmpty()) {
            throw new InitrdException("no kernel module (.ko, .ko.gz, .ko.xz, .ko.zst) in '" + directory + "'");
        }
        return new ModuleTree(directory, paths, builtin(directory), builtinAliases(directory));
    }

    /** As depmod.d(5) has it by default: what was put into updates/ replaces what came with the kernel. */
    private static String preferred(String one, String other) {
        return other.startsWith("updates/") ? other : one;
    }

    private static SortedSet<String> builtin(Path directory) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        Path list = directory.resolve("modules.builtin");
        if (Files.exists(list)) {
            for (String line : Files.readAllLines(list)) {
                var matcher = MODULE_FILE.matcher(line.substring(line.lastIndexOf('/') + 1));
                if (matcher.matches()) {
                    names.add(ModuleInfo.normal(matcher.group(1)));
                }
            }
        }
        return names;
    }

    private static Map<String, List<String>> builtinAliases(Path directory) throws IOException {
        Map<String, List<String>> aliases = new HashMap<>();
        Path list = directory.resolve("modules.builtin.modinfo");
        if (Files.exists(list)) {
            for (String entry : ElfFile.strings(ByteBuffer.wrap(Files.readAllBytes(list)))) {
                int dot = entry.indexOf(".alias=");
                if (dot > 0) {
                    aliases.computeIfAbsent(entry.substring(dot + 7), _ -> new ArrayList<>())
                            .add(ModuleInfo.normal(entry.substring(0, dot)));
                }
            }
        }
        return aliases;
    }

    Path directory() {
        return directory;
    }

    /** The kernel's version, which the directory is named after. */
    String version() {
        return directory.getFileName().toString();
    }

    /** The names of all modules that are files, sorted. */
    Set<String> names() {
        return paths.keySet();
    }

    /** The names of all modules that are part of the kernel itself, sorted; empty when the tree does not say. */
    SortedSet<String> builtin() {
        return builtin;
    }

    /** Aliases of modules that are part of the kernel itself, each with the modules that have it. */
    Map<String, List<String>> builtinAliases() {
        return builtinAliases;
    }

    /** The names of modules whose files are below this directory, such as {@code kernel/drivers/net/ethernet/}. */
    List<String> namesUnder(String prefix) {
        return paths.entrySet().stream()
                .filter(entry -> entry.getValue().startsWith(prefix))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Looks a module up.
     *
     * @param name with '-' or '_'
     * @throws InitrdException when its file cannot be understood
     */
    Optional<KernelModule> module(String name) throws IOException {
        String normal = ModuleInfo.normal(name);
        String path = paths.get(normal);
        if (path == null) {
            return Optional.empty();
        }
        KernelModule known = read.get(normal);
        if (known == null) {
            known = new KernelModule(normal, path, info(path));
            read.put(normal, known);
        }
        return Optional.of(known);
    }

    private ModuleInfo info(String path) throws IOException {
        try {
            return ModuleInfo.read(ByteBuffer.wrap(plainBytes(path)));
        } catch (InitrdException e) {
            throw new InitrdException("'" + directory.resolve(path) + "': " + e.getMessage(), e);
        }
    }

    /** The bytes of a module's file, uncompressed. */
    byte[] plainBytes(String path) throws IOException {
        return ModuleFile.plainBytes(directory.resolve(path));
    }

    /** Every module, by name; reads them all. */
    Collection<KernelModule> all() throws IOException {
        List<KernelModule> modules = new ArrayList<>(paths.size());
        try {
            paths.keySet().parallelStream().forEach(this::load);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (String name : paths.keySet()) {
            modules.add(module(name).orElseThrow());
        }
        return modules;
    }

    private void load(String name) {
        try {
            module(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this name, or a fixed alias such as {@code crypto-crc32c}, is part of the kernel itself. */
    boolean isBuiltin(String nameOrAlias) {
        return builtin.contains(ModuleInfo.normal(nameOrAlias)) || builtinAliases.containsKey(nameOrAlias);
    }

    /**
     * The modules that this is the name or a fixed alias of, in the order of their names; empty when there is none.
     *
     * <p>Reads every module the first time that a name is no module's.
     */
    List<KernelModule> resolve(String nameOrAlias) throws IOException {
        Optional<KernelModule> named = module(nameOrAlias);
        if (named.isPresent()) {
            return List.of(named.get());
        }
        if (builtin.contains(ModuleInfo.normal(nameOrAlias))) {
            return List.of();
        }
        List<KernelModule> found = new ArrayList<>();
        for (String name : aliases().getOrDefault(ModuleInfo.normal(nameOrAlias), List.of())) {
            found.add(module(name).orElseThrow());
        }
        return found;
    }

    private Map<String, List<String>> aliases() throws IOException {
        Map<String, List<String>> index = byAlias;
        if (index == null) {
            index = new HashMap<>();
            for (KernelModule module : all()) {
                for (String alias : new HashSet<>(module.info().aliases())) {
                    index.computeIfAbsent(ModuleInfo.normal(alias), _ -> new ArrayList<>())
                            .add(module.name());
                }
            }
            byAlias = index;
        }
        return index;
    }

    /** The text of one of the files beside the modules, empty when it is not there. */
    String text(String name) throws IOException {
        Path file = directory.resolve(name);
        return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    }
}
