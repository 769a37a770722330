package org.pullboot.initrd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is built into a kernel, as far as its configuration file is where distributions put it.
 *
 * @param enabled the names of options that are {@code y}; empty when there is no such file
 */
record KernelConfig(Set<String> enabled) {
    private static final long MAX_BYTES = 4 << 20;
    private static final String YES = "=y";

    KernelConfig {
        enabled = Set.copyOf(enabled);
    }

    /** Looks beside the modules (sid, Fedora), and beside the kernel (bookworm, trixie). */
    static KernelConfig of(KernelTree kernel) throws IOException {
        for (Path candidate : List.of(
                kernel.modules().resolve("config"), kernel.kernel().resolveSibling("config-" + kernel.version()))) {
            if (Files.isRegularFile(candidate) && Files.size(candidate) <= MAX_BYTES) {
                return parse(Files.readString(candidate, StandardCharsets.ISO_8859_1));
            }
        }
        return new KernelConfig(Set.of());
    }

    static KernelConfig parse(String text) {
        return new KernelConfig(text.lines()
                .filter(line -> line.startsWith("CONFIG_") && line.endsWith(YES))
                .map(line -> line.substring(0, line.length() - YES.length()))
                .collect(Collectors.toSet()));
    }

    /** Whether finit_module(2) takes module files that are compressed so, by the suffix of their names. */
    boolean decompressesModules(String suffix) {
        return enabled.contains("CONFIG_MODULE_DECOMPRESS")
                && switch (suffix) {
                    case ".gz" -> enabled.contains("CONFIG_MODULE_COMPRESS_GZIP");
                    case ".xz" -> enabled.contains("CONFIG_MODULE_COMPRESS_XZ");
                    case ".zst" -> enabled.contains("CONFIG_MODULE_COMPRESS_ZSTD");
                    default -> false;
                };
    }
}
