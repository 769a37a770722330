package org.pullboot.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes module trees as kernel packages have them. */
final class ModuleTreeFixture {
    static final String VERSION = "6.99.1-test-amd64";

    private final Path directory;
    private final List<String> order = new ArrayList<>();

    private ModuleTreeFixture(Path directory) {
        this.directory = directory;
    }

    /** An empty tree below a root directory, without a kernel. */
    static ModuleTreeFixture in(Path root) throws IOException {
        return in(root, "usr/lib/modules", VERSION);
    }

    static ModuleTreeFixture in(Path root, String parent, String version) throws IOException {
        Path directory = Files.createDirectories(root.resolve(parent).resolve(version));
        Files.createDirectories(directory.resolve("kernel"));
        Files.writeString(directory.resolve("modules.builtin"), "");
        return new ModuleTreeFixture(directory);
    }

    /** Adds a module below {@code kernel/}. */
    ModuleTreeFixture module(String path, String... modinfo) throws IOException {
        return file(path + ".ko", ElfFixture.module(modinfo));
    }

    /** Adds a module that offers and needs symbols. */
    ModuleTreeFixture linked(String path, List<String> modinfo, List<String> exports, List<String> needs)
            throws IOException {
        return file(path + ".ko", ElfFixture.module(modinfo, exports, needs));
    }

    ModuleTreeFixture file(String path, byte[] bytes) throws IOException {
        Path file = directory.resolve("kernel").resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        order.add("kernel/" + path.replaceFirst("\\.ko\\..*", ".ko"));
        Files.write(directory.resolve("modules.order"), order);
        return this;
    }

    ModuleTreeFixture builtin(String... paths) throws IOException {
        Files.write(
                directory.resolve("modules.builtin"),
                java.util.Arrays.stream(paths)
                        .map(path -> "kernel/" + path + ".ko")
                        .toList());
        return this;
    }

    /** As in modules.builtin.modinfo: {@code ext4.alias=fs-ext4}. */
    ModuleTreeFixture builtinInfo(String... entries) throws IOException {
        Files.writeString(directory.resolve("modules.builtin.modinfo"), String.join("\0", entries) + "\0");
        return this;
    }

    Path directory() {
        return directory;
    }

    ModuleTree read() throws IOException {
        return ModuleTree.of(directory);
    }
}
