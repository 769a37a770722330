package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;

/**
 * Decides which modules are stored as the kernel's package has them, compressed, and which decompressed.
 *
 * <p>Everything in the archive is unpacked at every boot, at some 14 instructions a byte, while a boot loads a dozen of its modules. So those that most
 * boots load are stored plain, as the archive around them is compressed anyway, and the others as they came: that saves
 * time, memory, and a fifth of their size. A kernel that cannot decompress modules gets them all plain.
 */
final class StoredModules {
    private final ModuleTree tree;
    private final KernelConfig config;
    private final Set<String> likely = new HashSet<>();

    /**
     * @param likely names of modules that most boots load, with those that they need
     */
    StoredModules(ModuleTree tree, KernelConfig config, Iterable<String> likely) throws IOException {
        this.tree = tree;
        this.config = config;
        ModuleClosure closure = new ModuleClosure(tree);
        for (String name : likely) {
            var module = tree.module(name);
            if (module.isPresent()) {
                closure.add(module.get());
            }
        }
        closure.members().forEach(module -> this.likely.add(module.name()));
    }

    /** The module's file in the initrd, below the directory of the modules. */
    String path(KernelModule module) {
        return isKept(module) ? module.path() : module.plainPath();
    }

    /** The bytes of that file. */
    FileTree.RegularFile file(KernelModule module) throws IOException {
        byte[] bytes = isKept(module)
                ? Files.readAllBytes(tree.directory().resolve(module.path()))
                : tree.plainBytes(module.path());
        return new FileTree.RegularFile(new FileTree.Bytes(bytes), false);
    }

    private boolean isKept(KernelModule module) {
        String suffix = module.path().substring(module.plainPath().length());
        return !likely.contains(module.name()) && config.decompressesModules(suffix);
    }
}
