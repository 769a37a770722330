package org.pullboot.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.pullboot.image.Sha256;

/**
 * Builds initrds: four cpio archives, each a zstd frame, one after the other, as the kernel unpacks them
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * <ul>
 *   <li>{@code libraries}: the C libraries and the JVM, which change only with this machine's packages;
 *   <li>{@code java}: /init, the Java modules with the agent among them, what configures them;
 *   <li>{@code modules}: the kernel's modules with kmod's indexes, the agent's tables ({@link AgentTables}), and whom it
 *       trusts;
 *   <li>{@code aot}: the agent's AOT cache.
 * </ul>
 *
 * <p>There is no shell and no other program in it. All but the last are the same bytes for the same input.
 */
public final class InitrdBuilder {
    /** Above this the manifest warns: every byte goes through firmware that reads some MB a second. */
    private static final long BUDGET_BYTES = 24_000_000;

    /** What is compressed once and for all may take ten seconds to be 800 KB smaller. */
    private static final int LASTING_LEVEL = 18;

    private static final int ALIGNMENT = 4;

    private InitrdBuilder() {}

    /**
     * Builds an initrd.
     *
     * @param output the file to write; replaced in one step
     * @throws InitrdException when the kernel's module tree is damaged or incomplete, or lacks a module that was asked for
     */
    public static InitrdManifest build(InitrdRequest request, Path output) throws IOException {
        ModuleTree tree = ModuleTree.of(request.kernel().modules());
        ModuleSelection selection = ModuleSelection.of(tree, request.allNetworkDrivers(), request.modules());
        HostLibraries libraries = new HostLibraries(Path.of("/"));

        List<String> warnings = new ArrayList<>();
        selection
                .missing()
                .forEach(name -> warnings.add("the kernel " + tree.version() + " has no '" + name
                        + "', neither as a module nor built in: images cannot be booted with it"));
        libraries
                .missing()
                .forEach(name -> warnings.add(
                        "no " + name + " on this machine: the agent will not read images that are compressed so"));

        Segments segments = new Segments(request.cache(), request.level());
        boolean hurried = request.level() < InitrdRequest.DEFAULT_LEVEL;
        int lastingLevel = hurried ? request.level() : Math.max(request.level(), LASTING_LEVEL);
        Segments lasting = new Segments(request.cache(), lastingLevel);
        List<Part> parts = List.of(
                new Part("libraries", true, lasting.of(libraries(request.runtime(), libraries))),
                new Part("java", true, segments.of(java(request.runtime()))),
                new Part("modules", true, segments.of(modules(request, tree, selection.closure()))),
                new Part("aot", false, segments.of(aot(request.runtime()))));
        return join(request, parts, selection, warnings, output);
    }

    private record Part(String name, boolean reproducible, Segments.Compressed compressed) {}

    private static FileTree libraries(AgentRuntime runtime, HostLibraries libraries) throws IOException {
        FileTree tree = new FileTree();
        for (String mountPoint : List.of("dev", "proc", "run", "sys", "sysroot", "tmp")) {
            tree.put(mountPoint, new FileTree.Directory());
        }
        addRuntime(tree, runtime, InitrdBuilder::isNative);
        libraries.addTo(tree, JvmOptions.JRE + "/lib/libjli.so");
        return tree;
    }

    private static FileTree java(AgentRuntime runtime) throws IOException {
        FileTree tree = new FileTree();
        addRuntime(tree, runtime, path -> !isNative(path));
        // A script whose interpreter is the JVM: the kernel passes one argument, the launcher expands the @file.
        byte[] init = ("#!/" + JvmOptions.JRE + "/bin/java @/init.args\n").getBytes(StandardCharsets.US_ASCII);
        tree.put("init", new FileTree.RegularFile(new FileTree.Bytes(init), true));
        tree.text("init.args", JvmOptions.initArguments());
        tree.text("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
        tree.text("etc/nsswitch.conf", "hosts: files dns\n");
        tree.text("etc/initrd-release", "NAME=Pullboot\nID=pullboot\n");
        return tree;
    }

    private static boolean isNative(Path path) {
        return path.startsWith("bin") || path.toString().endsWith(".so");
    }

    private static void addRuntime(FileTree tree, AgentRuntime runtime, Predicate<Path> wanted) throws IOException {
        Path jre = runtime.jre();
        try (Stream<Path> files = Files.walk(jre)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path path = jre.relativize(file);
                if (wanted.test(path)) {
                    tree.file(JvmOptions.JRE + "/" + path, file);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static FileTree modules(InitrdRequest request, ModuleTree tree, ModuleClosure closure) throws IOException {
        FileTree files = new FileTree();
        StoredModules stored = new StoredModules(tree, KernelConfig.of(request.kernel()), ModuleSelection.LIKELY);
        String directory = "usr/lib/modules/" + tree.version() + "/";
        for (KernelModule module : closure.members()) {
            files.put(directory + stored.path(module), stored.file(module));
        }
        new KmodFiles(tree, closure.members(), stored::path)
                .all()
                .forEach((name, bytes) -> files.bytes(directory + name, bytes));
        files.text(AgentTables.MODULES, AgentTables.modules(tree, closure, stored));
        files.text(AgentTables.ALIASES, AgentTables.aliases(closure));
        files.text("etc/pullboot/kernel", tree.version() + "\n");
        Path authorities = request.authorities();
        if (authorities != null) {
            files.bytes("etc/pullboot/ca.pem", Files.readAllBytes(authorities));
        }
        return files;
    }

    private static FileTree aot(AgentRuntime runtime) {
        FileTree tree = new FileTree();
        tree.file(JvmOptions.AOT_CACHE, runtime.aotCache());
        return tree;
    }

    private static InitrdManifest join(
            InitrdRequest request, List<Part> parts, ModuleSelection selection, List<String> warnings, Path output)
            throws IOException {
        MessageDigest digest = Sha256.digester();
        List<InitrdManifest.Segment> segments = new ArrayList<>();
        PublicFile.write(output, file -> {
            OutputStream whole = new DigestOutputStream(file, digest);
            long at = 0;
            for (Part part : parts) {
                // The kernel skips zeros between archives.
                int padding = (int) (-at & (ALIGNMENT - 1));
                whole.write(new byte[padding]);
                long bytes = Files.size(part.compressed().file());
                Sha256 own = Segments.append(part.compressed().file(), whole);
                segments.add(new InitrdManifest.Segment(
                        part.name(), part.reproducible(), part.compressed().rawBytes(), bytes, own));
                at += padding + bytes;
            }
        });
        long bytes = Files.size(output);
        if (bytes > BUDGET_BYTES) {
            warnings.add("the initrd has " + InitrdManifest.megabytes(bytes) + ", more than the "
                    + InitrdManifest.megabytes(BUDGET_BYTES) + " that firmware loads quickly");
        }
        return new InitrdManifest(
                request.kernel().version(),
                request.runtime().javaVersion(),
                segments,
                bytes,
                Sha256.of(digest.digest()),
                selection.closure().members().stream().map(KernelModule::name).toList(),
                warnings);
    }
}
