package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModuleClosureTest {
    @TempDir
    private Path root;

    private static List<String> names(Iterable<KernelModule> modules) {
        return java.util.stream.StreamSupport.stream(modules.spliterator(), false)
                .map(KernelModule::name)
                .toList();
    }

    @Test
    void takesWhatIsNeededInLoadOrder() throws IOException {
        ModuleTree tree = ModuleTreeFixture.in(root)
                .module("net/a", "depends=b,c-d")
                .module("net/b", "depends=c-d,e")
                .module("net/c-d")
                .module("net/e")
                .module("net/other")
                .read();
        ModuleClosure closure = new ModuleClosure(tree);
        KernelModule a = tree.module("a").orElseThrow();
        closure.add(a);

        assertThat(names(closure.members())).containsExactly("a", "b", "c_d", "e");
        assertThat(names(closure.before(a))).containsExactly("c_d", "e", "b");
    }

    @Test
    void softDependenciesComeFirstAndTheirAliasesAreFound() throws IOException {
        ModuleTree tree = ModuleTreeFixture.in(root)
                .module("fs/btrfs", "depends=xor", "softdep=pre: crypto-crc32c nothing-of-this-name post: late")
                .module("lib/xor")
                .module("crypto/crc32c_generic", "alias=crypto-crc32c", "depends=base")
                .module("crypto/crc32c-intel", "alias=crypto-crc32c")
                .module("crypto/base")
                .module("lib/late", "depends=base")
                .read();
        ModuleClosure closure = new ModuleClosure(tree);
        KernelModule btrfs = tree.module("btrfs").orElseThrow();
        closure.add(btrfs);

        assertThat(names(closure.before(btrfs))).containsExactly("base", "crc32c_generic", "crc32c_intel", "xor");
        assertThat(names(closure.after(btrfs))).containsExactly("late");
        assertThat(names(closure.members()))
                .containsExactly("base", "btrfs", "crc32c_generic", "crc32c_intel", "late", "xor");
    }

    @Test
    void whatIsBuiltInIsNotNeededAsAModule() throws IOException {
        ModuleTree tree = ModuleTreeFixture.in(root)
                .module("fs/xfs", "depends=libcrc32c", "softdep=pre: sha256")
                .builtin("lib/libcrc32c", "crypto/sha256")
                .read();
        ModuleClosure closure = new ModuleClosure(tree);
        closure.add(tree.module("xfs").orElseThrow());

        assertThat(names(closure.members())).containsExactly("xfs");
    }

    @Test
    void circlesOfSoftDependenciesEnd() throws IOException {
        ModuleTree tree = ModuleTreeFixture.in(root)
                .module("a", "softdep=pre: b")
                .module("b", "softdep=pre: a")
                .read();
        ModuleClosure closure = new ModuleClosure(tree);
        KernelModule a = tree.module("a").orElseThrow();
        closure.add(a);

        assertThat(names(closure.before(a))).containsExactly("b");
    }

    @Test
    void saysWhatIsMissingForAModule() throws IOException {
        ModuleTree tree = ModuleTreeFixture.in(root)
                .module("a", "depends=gone")
                .builtin("b")
                .read();
        KernelModule a = tree.module("a").orElseThrow();

        assertThatThrownBy(() -> new ModuleClosure(tree).add(a))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("'a' needs 'gone'");
    }

    @Test
    void readsCompressedModules() throws IOException {
        ModuleTree tree = ModuleTreeFixture.in(root)
                .file("a.ko.xz", Tools.pipe(ElfFixture.module("depends=b"), "xz", "-c"))
                .file("b.ko.zst", Tools.pipe(ElfFixture.module("depends=c"), "zstd", "-c"))
                .file("c.ko.gz", Tools.pipe(ElfFixture.module("alias=fs-c"), "gzip", "-c"))
                .read();
        ModuleClosure closure = new ModuleClosure(tree);
        closure.add(tree.module("a").orElseThrow());

        assertThat(names(closure.members())).containsExactly("a", "b", "c");
        assertThat(names(tree.resolve("fs-c"))).containsExactly("c");
    }

    @Test
    void aDamagedModuleIsNamed() throws IOException {
        ModuleTree tree = ModuleTreeFixture.in(root).file("a.ko", new byte[70]).read();

        assertThatThrownBy(() -> tree.module("a")).hasMessageContaining("kernel/a.ko': not a 64-bit");
    }
}
