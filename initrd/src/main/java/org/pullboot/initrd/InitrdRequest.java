package org.pullboot.initrd;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an initrd is to be made of.
 *
 * @param kernel the kernel that it is for
 * @param runtime the agent with its Java runtime
 * @param cache a directory for compressed segments, which most initrds have in common; made when it is not there
 * @param level of zstd, 1 to 19: higher is smaller and takes longer to build
 * @param allNetworkDrivers every network driver rather than those for common hardware
 * @param modules names of further kernel modules
 * @param authorities certificates in PEM, the only ones that the agent trusts for https; null for those that Java knows
 */
public record InitrdRequest(
        KernelTree kernel,
        AgentRuntime runtime,
        Path cache,
        int level,
        boolean allNetworkDrivers,
        List<String> modules,
        @Nullable Path authorities) {
    /** Builds in seconds, is unpacked fastest, and is within a few percent of the smallest. */
    public static final int DEFAULT_LEVEL = 12;

    /**
     * Checks the level.
     *
     * @throws IllegalArgumentException when it is not 1 to 19
     */
    public InitrdRequest {
        if (level < 1 || level > 19) {
            throw new IllegalArgumentException("a zstd level for an initrd is 1 to 19, not " + level);
        }
        modules = List.copyOf(modules);
    }

    /** With the certificate authorities that Java knows. */
    public InitrdRequest(
            KernelTree kernel,
            AgentRuntime runtime,
            Path cache,
            int level,
            boolean allNetworkDrivers,
            List<String> modules) {
        this(kernel, runtime, cache, level, allNetworkDrivers, modules, null);
    }

    /** The same with other certificate authorities. */
    public InitrdRequest authorities(Path certificates) {
        return new InitrdRequest(kernel, runtime, cache, level, allNetworkDrivers, modules, certificates);
    }

    /** With the default modules and level. */
    public static InitrdRequest of(KernelTree kernel, AgentRuntime runtime, Path cache) {
        return new InitrdRequest(kernel, runtime, cache, DEFAULT_LEVEL, false, List.of());
    }
}
