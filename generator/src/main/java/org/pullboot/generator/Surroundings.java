package org.pullboot.generator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.KernelCommandLine;

/**
 * What a generator sees of the machine.
 *
 * @param commandLine the kernel's command line; in a container that of its init
 * @param initrd whether this is an initrd
 * @param credentials where the system's credentials are
 * @param encryptedCredentials where those are that have to be decrypted
 * @param root the root directory, below which everything else is looked for
 */
record Surroundings(
        KernelCommandLine commandLine, boolean initrd, Path credentials, Path encryptedCredentials, Path root) {
    private static final int ARGUMENTS = 64 * 1024;

    /**
     * Looks around, by the variables that systemd's own generators obey ($SYSTEMD_PROC_CMDLINE, $SYSTEMD_IN_INITRD,
     * $CREDENTIALS_DIRECTORY, $ENCRYPTED_CREDENTIALS_DIRECTORY).
     *
     * @throws IOException when the command line cannot be read
     */
    static Surroundings of(Map<String, String> environment, Path root) throws IOException {
        return new Surroundings(
                commandLine(environment, root),
                initrd(environment.get("SYSTEMD_IN_INITRD"), root),
                root.resolve(environment.getOrDefault("CREDENTIALS_DIRECTORY", "run/credentials/@system")),
                root.resolve(environment.getOrDefault("ENCRYPTED_CREDENTIALS_DIRECTORY", "run/credentials/@encrypted")),
                root);
    }

    private static boolean initrd(@Nullable String said, Path root) {
        boolean found = Files.exists(root.resolve("etc/initrd-release"));
        return said == null ? found : KernelCommandLine.parse("initrd=" + said).flag("initrd", found);
    }

    private static KernelCommandLine commandLine(Map<String, String> environment, Path root) throws IOException {
        String given = environment.get("SYSTEMD_PROC_CMDLINE");
        if (given != null) {
            return KernelCommandLine.parse(given);
        }
        if (!container(environment, root)) {
            return KernelCommandLine.read(root.resolve("proc/cmdline"));
        }
        // The kernel's own line is that of the machine around the container, and none of the container's business.
        byte[] arguments = file(root.resolve("proc/1/cmdline"), ARGUMENTS).orElse(new byte[0]);
        return KernelCommandLine.parse(new String(arguments, StandardCharsets.UTF_8).replace('\0', ' '));
    }

    private static boolean container(Map<String, String> environment, Path root) {
        return environment.getOrDefault("SYSTEMD_VIRTUALIZATION", "").startsWith("container:")
                || Files.exists(root.resolve("run/systemd/container"));
    }

    /** {@code rd.} where only words with that prefix count. */
    String prefix() {
        return initrd ? "rd." : "";
    }

    /** The beginning of a file, nothing when it is not there. */
    static Optional<byte[]> file(Path file, int limit) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(limit));
        }
    }
}
