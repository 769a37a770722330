package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.pullboot.initrd.AgentRuntime;
import org.pullboot.initrd.InitrdBuilder;
import org.pullboot.initrd.InitrdManifest;
import org.pullboot.initrd.InitrdRequest;
import org.pullboot.initrd.KernelTree;
import org.pullboot.pull.ServerTrust;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Builds an initrd for a kernel. */
@Command(
        name = "build",
        description = "Builds an initrd with the agent for a kernel.",
        footer = {"", "Example: pullboot initrd build --kernel vmlinuz --modules /lib/modules/6.12.0 -o initrd.zst"})
final class InitrdBuildCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private Kernel kernel;

    /** Where the kernel and its modules are. */
    static final class Kernel {
        @ArgGroup(exclusive = false)
        private @Nullable Files files;

        @Option(
                names = "--deb",
                paramLabel = "FILE",
                description = "A Debian package of the kernel; repeated for those that it consists of.")
        private List<Path> packages = List.of();

        @Option(names = "--root", paramLabel = "DIR", description = "An unpacked system; its newest kernel is taken.")
        private Optional<Path> root = Optional.empty();

        KernelTree tree(Path work) throws IOException {
            if (files != null) {
                return KernelTree.of(files.kernel, files.modules);
            }
            return root.isPresent()
                    ? KernelTree.inRoot(root.get(), Optional.empty())
                    : KernelTree.inPackages(packages, work, Optional.empty());
        }
    }

    /** The kernel's parts one by one. */
    static final class Files {
        @Option(names = "--kernel", paramLabel = "FILE", required = true, description = "The kernel.")
        private Path kernel;

        @Option(
                names = "--modules",
                paramLabel = "DIR",
                required = true,
                description = "The directory of its modules, such as /lib/modules/VERSION.")
        private Path modules;
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The initrd to write.")
    private Path output;

    @Option(names = "--module", paramLabel = "NAME", description = "A further module; may be repeated.")
    private List<String> furtherModules = List.of();

    @Option(names = "--all-nics", description = "Every network driver, not only those for common hardware.")
    private boolean allNics;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificates in PEM that the agent is to trust for https, and no others.")
    private Optional<Path> authorities = Optional.empty();

    @Option(
            names = "--level",
            paramLabel = "N",
            defaultValue = "" + InitrdRequest.DEFAULT_LEVEL,
            description = "The zstd level, 1 to 19 (default: ${DEFAULT-VALUE}).")
    private int level;

    @Mixin
    private CacheOption cache;

    @Option(names = "--json", description = "Print the manifest as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (level < 1 || level > 19) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--level is 1 to 19, not " + level);
        }
        if (authorities.isPresent()) {
            // A file that the agent could not read would be noticed when the machine boots.
            ServerTrust.read(authorities.get(), List.of());
        }
        AgentRuntime runtime = AgentRuntime.prepare(
                cache.directory(),
                AgentRuntime.runningModulePath(),
                Path.of(System.getProperty("java.home")),
                spec.commandLine().getErr()::println);
        InitrdManifest manifest;
        try (ScratchDirectory work = ScratchDirectory.create("pullboot-kernel")) {
            InitrdRequest request = new InitrdRequest(
                    kernel.tree(work.path()), runtime, cache.directory(), level, allNics, furtherModules);
            manifest = InitrdBuilder.build(
                    authorities.isPresent() ? request.authorities(authorities.get()) : request, output);
        }
        spec.commandLine().getOut().print(json ? Json.text(manifest) + "\n" : manifest.text());
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    /** Where what is built once is kept. */
    static final class CacheOption {
        @Option(
                names = "--cache",
                paramLabel = "DIR",
                description = "Where what is built once is kept (default: $$XDG_CACHE_HOME/pullboot).")
        private Optional<Path> cache = Optional.empty();

        Path directory() {
            return cache.orElseGet(() -> Directories.cache(System.getenv(), System.getProperty("user.home")));
        }
    }
}
