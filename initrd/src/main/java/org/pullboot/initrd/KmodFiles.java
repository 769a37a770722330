package org.pullboot.initrd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that depmod(8) makes beside modules, as text and as indexes, for all modules of a kernel or for some: with
 * them modprobe and udev of the booted system find modules, without depmod ever having run.
 */
final class KmodFiles {
    private static final Pattern DEVICE_NUMBER = Pattern.compile("(char|block)-major-(\\d+)-(\\d+)");

    private final ModuleTree tree;
    private final List<KernelModule> modules;
    private final Map<String, KernelModule> byName = new HashMap<>();
    private final Function<KernelModule, String> path;

    /**
     * @param modules those that there are
     * @param path where each is, below the directory of the modules
     */
    KmodFiles(ModuleTree tree, Collection<KernelModule> modules, Function<KernelModule, String> path)
            throws IOException {
        this.tree = tree;
        this.path = path;
        Map<String, Integer> order = order(tree);
        this.modules = modules.stream()
                .sorted(Comparator.comparing(
                                (KernelModule module) -> order.getOrDefault(module.plainPath(), Integer.MAX_VALUE))
                        .thenComparing(KernelModule::path))
                .toList();
        this.modules.forEach(module -> byName.put(module.name(), module));
    }

    private static Map<String, Integer> order(ModuleTree tree) throws IOException {
        Map<String, Integer> order = new HashMap<>();
        for (String line : tree.text("modules.order").lines().toList()) {
            order.putIfAbsent(line.strip(), order.size());
        }
        return order;
    }

    /** Name and content of each. */
    SortedMap<String, byte[]> all() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        dependencies(files);
        aliases(files);
        symbols(files);
        builtin(files);
        soft(files);
        devices(files);
        return files;
    }

    private void dependencies(SortedMap<String, byte[]> files) {
        StringBuilder text = new StringBuilder();
        KmodIndex index = new KmodIndex();
        for (int i = 0; i < modules.size(); i++) {
            KernelModule module = modules.get(i);
            StringBuilder line = new StringBuilder(path.apply(module)).append(':');
            // modprobe loads from the end of the line to its start.
            for (KernelModule needed : needed(module).reversed()) {
                line.append(' ').append(path.apply(needed));
            }
            text.append(line).append('\n');
            index.put(module.name(), line.toString(), i);
        }
        put(files, "modules.dep", text);
        files.put("modules.dep.bin", index.bytes());
    }

    /** All that a module needs, in load order. */
    private List<KernelModule> needed(KernelModule module) {
        Set<KernelModule> order = new LinkedHashSet<>();
        collect(module, order, new LinkedHashSet<>());
        order.remove(module);
        return new ArrayList<>(order);
    }

    private void collect(KernelModule module, Set<KernelModule> order, Set<KernelModule> entered) {
        if (entered.add(module)) {
            for (String name : module.info().depends()) {
                KernelModule needed = byName.get(name);
                if (needed != null) {
                    collect(needed, order, entered);
                }
            }
            order.add(module);
        }
    }

    private void aliases(SortedMap<String, byte[]> files) {
        StringBuilder text = new StringBuilder("# Aliases extracted from modules themselves.\n");
        KmodIndex index = new KmodIndex();
        for (int i = 0; i < modules.size(); i++) {
            KernelModule module = modules.get(i);
            for (String alias : module.info().aliases()) {
                text.append("alias ")
                        .append(alias)
                        .append(' ')
                        .append(module.name())
                        .append('\n');
                index.put(normal(alias), module.name(), i);
            }
        }
        put(files, "modules.alias", text);
        files.put("modules.alias.bin", index.bytes());
    }

    private void symbols(SortedMap<String, byte[]> files) {
        StringBuilder text = new StringBuilder("# Aliases for symbols, used by symbol_request().\n");
        KmodIndex index = new KmodIndex();
        for (int i = 0; i < modules.size(); i++) {
            KernelModule module = modules.get(i);
            for (String symbol : module.info().exports()) {
                text.append("alias symbol:")
                        .append(symbol)
                        .append(' ')
                        .append(module.name())
                        .append('\n');
                index.put("symbol:" + symbol, module.name(), i);
            }
        }
        put(files, "modules.symbols", text);
        files.put("modules.symbols.bin", index.bytes());
    }

    private void builtin(SortedMap<String, byte[]> files) throws IOException {
        for (String copied : List.of("modules.builtin", "modules.builtin.modinfo", "modules.order")) {
            String text = tree.text(copied);
            if (!text.isEmpty()) {
                files.put(copied, text.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        KmodIndex names = new KmodIndex();
        tree.builtin().forEach(name -> names.put(name, "", 0));
        files.put("modules.builtin.bin", names.bytes());
        KmodIndex aliases = new KmodIndex();
        tree.builtinAliases().forEach((alias, owners) -> owners.forEach(owner -> aliases.put(normal(alias), owner, 0)));
        files.put("modules.builtin.alias.bin", aliases.bytes());
    }

    private void soft(SortedMap<String, byte[]> files) {
        StringBuilder soft = new StringBuilder("# Soft dependencies extracted from modules themselves.\n");
        StringBuilder weak = new StringBuilder("# Weak dependencies extracted from modules themselves.\n");
        for (KernelModule module : modules) {
            ModuleInfo info = module.info();
            if (!info.softBefore().isEmpty() || !info.softAfter().isEmpty()) {
                soft.append("softdep ").append(module.name());
                soft.append(words(" pre:", info.softBefore())).append(words(" post:", info.softAfter()));
                soft.append('\n');
            }
            if (!info.weak().isEmpty()) {
                weak.append("weakdep ")
                        .append(module.name())
                        .append(words("", info.weak()))
                        .append('\n');
            }
        }
        put(files, "modules.softdep", soft);
        put(files, "modules.weakdep", weak);
    }

    private static String words(String head, List<String> words) {
        return words.isEmpty() ? "" : head + " " + String.join(" ", words);
    }

    private void devices(SortedMap<String, byte[]> files) {
        StringBuilder text = new StringBuilder("# Device nodes to trigger on-demand module loading.\n");
        for (KernelModule module : modules) {
            String name = "";
            String number = "";
            for (String alias : module.info().aliases()) {
                Matcher matcher = DEVICE_NUMBER.matcher(alias);
                if (alias.startsWith("devname:")) {
                    name = alias.substring("devname:".length());
                } else if (matcher.matches()) {
                    number = matcher.group(1).charAt(0) + matcher.group(2) + ":" + matcher.group(3);
                }
            }
            if (!name.isEmpty() && !number.isEmpty()) {
                text.append(module.name())
                        .append(' ')
                        .append(name)
                        .append(' ')
                        .append(number)
                        .append('\n');
            }
        }
        put(files, "modules.devname", text);
    }

    /** As kmod looks aliases up: '_' for '-', but not inside of brackets. */
    private static String normal(String alias) {
        StringBuilder text = new StringBuilder(alias);
        boolean bracket = false;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '[' -> bracket = true;
                case ']' -> bracket = false;
                case '-' -> text.setCharAt(i, bracket ? '-' : '_');
                default -> {}
            }
        }
        return text.toString();
    }

    private static void put(SortedMap<String, byte[]> files, String name, CharSequence text) {
        files.put(name, text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
