package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** depmod and modprobe are the judges. */
final class KmodFilesIT {
    private static final String VERSION = ModuleTreeFixture.VERSION;

    @TempDir
    private Path directory;

    private Path theirs;
    private Path ours;

    @BeforeEach
    void makeATreeTwice() throws IOException {
        theirs = directory.resolve("theirs");
        ours = directory.resolve("ours");
        // depmod takes dependencies from symbols, Pullboot from what the kernel's build concluded from them.
        ModuleTreeFixture.in(theirs, "lib/modules", VERSION)
                .linked(
                        "net/virtio_net",
                        List.of("name=virtio_net", "depends=net_failover", "alias=virtio:d00000001v*"),
                        List.of(),
                        List.of("net_failover_create"))
                .linked(
                        "net/net-failover",
                        List.of("name=net_failover", "depends=failover"),
                        List.of("net_failover_create", "net_failover_destroy"),
                        List.of("failover_register"))
                .linked("net/failover", List.of("name=failover", "depends="), List.of("failover_register"), List.of())
                .linked(
                        "fs/fuse",
                        List.of(
                                "name=fuse",
                                "depends=",
                                "alias=devname:fuse",
                                "alias=char-major-10-229",
                                "alias=fs-fuse",
                                "softdep=pre: failover post: virtio_net"),
                        List.of(),
                        List.of())
                .linked(
                        "net/e1000e",
                        List.of(
                                "name=e1000e",
                                "depends=",
                                "alias=pci:v00008086d0000100Esv*sd*bc*sc*i*",
                                "alias=usb:v05AC-p1402d[0-9]*",
                                "alias=shared-alias"),
                        List.of("e1000e_x"),
                        List.of())
                .linked("net/igb", List.of("name=igb", "depends=", "alias=shared-alias"), List.of(), List.of())
                .builtin("fs/ext4/ext4", "block/loop-control")
                .builtinInfo("ext4.alias=fs-ext4", "ext4.license=GPL", "loop_control.alias=block-major-7-*");
        Tools.run(directory, "depmod", "-b", theirs.toString(), VERSION);

        Path copy = Files.createDirectories(ours.resolve("lib/modules")).resolve(VERSION);
        Tools.run(
                directory, "cp", "-r", theirs.resolve("lib/modules/" + VERSION).toString(), copy.toString());
        Tools.run(copy, "sh", "-c", "rm -f modules.*.bin modules.dep modules.alias modules.softdep modules.devname");
        ModuleTree tree = ModuleTree.of(copy);
        for (var file :
                new KmodFiles(tree, tree.all(), KernelModule::path).all().entrySet()) {
            Files.write(copy.resolve(file.getKey()), file.getValue());
        }
    }

    private byte[] theirs(String name) throws IOException {
        return Files.readAllBytes(theirs.resolve("lib/modules/" + VERSION + "/" + name));
    }

    private byte[] ours(String name) throws IOException {
        return Files.readAllBytes(ours.resolve("lib/modules/" + VERSION + "/" + name));
    }

    @Test
    void indexesAreTheBytesThatDepmodWrites() throws IOException {
        for (String name : List.of(
                "modules.dep.bin",
                "modules.alias.bin",
                "modules.symbols.bin",
                "modules.builtin.bin",
                "modules.builtin.alias.bin",
                "modules.dep",
                "modules.alias",
                "modules.devname")) {
            assertThat(ours(name)).as(name).isEqualTo(theirs(name));
        }
    }

    @Test
    void modprobeLoadsWhatItWouldHaveLoaded() throws IOException {
        for (String name : List.of(
                "virtio_net",
                "virtio:d00000001v00001AF4",
                "fuse",
                "fs-ext4",
                "pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00",
                "shared-alias",
                "symbol:failover_register")) {
            assertThat(shown(ours, name)).as(name).isNotEmpty().isEqualTo(shown(theirs, name));
        }
    }

    private String shown(Path root, String name) throws IOException {
        return Tools.run(directory, "modprobe", "-S", VERSION, "-d", root.toString(), "--show-depends", name)
                .replace(root.toString(), "");
    }

    @Test
    void aRealKernelsDependenciesAreThoseOfDepmod() throws IOException {
        KernelTree kernel = TestKernels.cloud();
        Path root = directory.resolve("real");
        Path copy = Files.createDirectories(root.resolve("lib/modules")).resolve(kernel.version());
        Tools.run(directory, "cp", "-r", kernel.modules().toString(), copy.toString());
        Tools.run(directory, "depmod", "-b", root.toString(), kernel.version());
        ModuleTree tree = ModuleTree.of(kernel.modules());
        Map<String, byte[]> files = new KmodFiles(tree, tree.all(), KernelModule::path).all();

        for (String same : List.of("modules.alias.bin", "modules.builtin.bin", "modules.builtin.alias.bin")) {
            assertThat(files.get(same)).as(same).isEqualTo(Files.readAllBytes(copy.resolve(same)));
        }
        Files.write(directory.resolve("modules.dep"), files.get("modules.dep"));
        assertThat(dependencies(directory.resolve("modules.dep")))
                .hasSizeGreaterThan(500)
                .isEqualTo(dependencies(copy.resolve("modules.dep")));
    }

    private static Map<String, Set<String>> dependencies(Path file) throws IOException {
        Map<String, Set<String>> dependencies = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            int colon = line.indexOf(':');
            dependencies.put(
                    line.substring(0, colon),
                    Set.of(line.substring(colon + 1).strip().split(" ", -1)));
        }
        return dependencies;
    }
}
