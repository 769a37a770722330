package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentTablesTest {
    @TempDir
    private Path root;

    private ModuleTree tree() throws IOException {
        return ModuleTreeFixture.in(root)
                .module("net/virtio_net", "depends=net_failover", "alias=virtio:d00000001v*", "softdep=post: helper")
                .module("net/net-failover", "depends=failover")
                .module("net/failover")
                .module("net/helper")
                .module(
                        "net/e1000e",
                        "alias=pci:v00008086d0000100Esv*sd*bc*sc*i*",
                        "alias=pci:v00008086d0000100Fsv*sd*bc*sc*i*",
                        "alias=devname:not-for-the-agent",
                        "alias=usb:v05ACp1402d[0-9]*",
                        "alias=fs-x",
                        "alias=with blank")
                .builtin("fs/ext4/ext4", "block/loop-x")
                .read();
    }

    private static ModuleClosure closure(ModuleTree tree, String... names) throws IOException {
        ModuleClosure closure = new ModuleClosure(tree);
        for (String name : names) {
            closure.add(tree.module(name).orElseThrow());
        }
        return closure;
    }

    @Test
    void modulesAreListedWithWhatIsLoadedBeforeAndAfter() throws IOException {
        ModuleTree tree = tree();
        StoredModules stored = new StoredModules(tree, new KernelConfig(Set.of()), List.of());

        assertThat(AgentTables.modules(tree, closure(tree, "virtio_net"), stored))
                .isEqualTo("""
                ext4 -
                failover kernel/net/failover.ko
                helper kernel/net/helper.ko
                loop_x -
                net_failover kernel/net/net-failover.ko failover
                virtio_net kernel/net/virtio_net.ko failover net_failover +helper
                """);
    }

    @Test
    void aliasesAreSortedWithThePrefixesOfTheirPatterns() throws IOException {
        ModuleTree tree = tree();

        assertThat(AgentTables.aliases(closure(tree, "virtio_net", "e1000e"))).isEqualTo("""
                :15[ 17* 24*
                fs-x e1000e
                pci:v00008086d0000100Esv*sd*bc*sc*i* e1000e
                pci:v00008086d0000100Fsv*sd*bc*sc*i* e1000e
                usb:v05ACp1402d[0-9]* e1000e
                virtio:d00000001v* virtio_net
                """);
    }

    @Test
    void aKernelThatDecompressesModulesGetsUnlikelyOnesAsTheyCame() throws IOException {
        ModuleTree tree = ModuleTreeFixture.in(root)
                .file("net/likely.ko.xz", Tools.pipe(ElfFixture.module("depends=base"), "xz", "-c"))
                .file("net/base.ko.xz", Tools.pipe(ElfFixture.module(), "xz", "-c"))
                .file("net/rare.ko.xz", Tools.pipe(ElfFixture.module(), "xz", "-c"))
                .read();
        KernelConfig able = KernelConfig.parse("CONFIG_MODULE_COMPRESS_XZ=y\nCONFIG_MODULE_DECOMPRESS=y\n");
        KernelConfig unable =
                KernelConfig.parse("CONFIG_MODULE_COMPRESS_XZ=y\n# CONFIG_MODULE_DECOMPRESS is not set\n");
        ModuleClosure closure = closure(tree, "likely", "rare");

        assertThat(AgentTables.modules(tree, closure, new StoredModules(tree, able, List.of("likely"))))
                .isEqualTo("""
                base kernel/net/base.ko
                likely kernel/net/likely.ko base
                rare kernel/net/rare.ko.xz
                """);
        assertThat(AgentTables.modules(tree, closure, new StoredModules(tree, unable, List.of())))
                .contains("rare kernel/net/rare.ko\n");
    }
}
