package org.pullboot.initrd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Modules with everything they need, and the order to load it in.
 *
 * <p>Hard dependencies are all there or building fails; soft ones (softdep in modprobe.d(5)) that are neither a module
 * nor built in are left out, as modprobe does.
 */
final class ModuleClosure {
    private final ModuleTree tree;
    private final Map<String, KernelModule> members = new LinkedHashMap<>();

    ModuleClosure(ModuleTree tree) {
        this.tree = tree;
    }

    /** Adds a module and all it needs, also what its soft dependencies name. */
    void add(KernelModule module) throws IOException {
        if (members.putIfAbsent(module.name(), module) != null) {
            return;
        }
        for (KernelModule needed : needs(module)) {
            add(needed);
        }
        for (KernelModule soft : soft(module.info().softBefore())) {
            add(soft);
        }
        for (KernelModule soft : soft(module.info().softAfter())) {
            add(soft);
        }
    }

    /** All modules so far, by name. */
    Collection<KernelModule> members() {
        return members.values().stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    /** What is to be loaded before this module, in order: soft dependencies first, each after what it needs itself. */
    List<KernelModule> before(KernelModule module) throws IOException {
        Set<KernelModule> order = new LinkedHashSet<>();
        collect(module, order, new LinkedHashSet<>());
        order.remove(module);
        return new ArrayList<>(order);
    }

    /** What may be loaded after this module: its soft dependencies of that kind. */
    List<KernelModule> after(KernelModule module) throws IOException {
        return soft(module.info().softAfter());
    }

    private void collect(KernelModule module, Set<KernelModule> order, Set<KernelModule> entered) throws IOException {
        if (!entered.add(module)) {
            return;
        }
        for (KernelModule soft : soft(module.info().softBefore())) {
            collect(soft, order, entered);
        }
        for (KernelModule needed : needs(module)) {
            collect(needed, order, entered);
        }
        order.add(module);
    }

    private List<KernelModule> needs(KernelModule module) throws IOException {
        List<KernelModule> needs = new ArrayList<>();
        for (String name : module.info().depends()) {
            var needed = tree.module(name);
            if (needed.isPresent()) {
                needs.add(needed.get());
            } else if (!tree.isBuiltin(name) && !tree.builtin().isEmpty()) {
                throw new InitrdException("the kernel module '" + module.name() + "' needs '" + name
                        + "', which is not in " + tree.directory() + ": give a complete module tree");
            }
        }
        return needs;
    }

    private List<KernelModule> soft(List<String> names) throws IOException {
        List<KernelModule> found = new ArrayList<>();
        for (String name : names) {
            found.addAll(tree.resolve(name));
        }
        return found;
    }
}
