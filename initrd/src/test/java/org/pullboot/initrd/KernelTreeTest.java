package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarWriter;

final class KernelTreeTest {
    private static final String OLD = "6.1.0-9-amd64";
    private static final String NEW = "6.1.0-10-amd64";

    @TempDir
    private Path directory;

    private Path root;
    private Path work;

    @BeforeEach
    void makeDirectories() throws IOException {
        root = Files.createDirectory(directory.resolve("root"));
        work = Files.createDirectory(directory.resolve("work"));
    }

    private void kernel(String path, String version) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, KernelHeaderTest.kernel(version));
    }

    private void bookworm(String version) throws IOException {
        ModuleTreeFixture.in(root, "lib/modules", version).module("loop");
        kernel("boot/vmlinuz-" + version, version);
    }

    private void sid(String version) throws IOException {
        ModuleTreeFixture.in(root, "usr/lib/modules", version).module("loop");
        kernel("usr/lib/modules/" + version + "/vmlinuz", version);
    }

    @Test
    void ofSeveralKernelsInARootTheNewestIsTaken() throws IOException {
        bookworm(OLD);
        bookworm(NEW);

        KernelTree tree = KernelTree.inRoot(root, Optional.empty());

        assertThat(tree.version()).isEqualTo(NEW);
        assertThat(tree.kernel()).isEqualTo(root.resolve("boot/vmlinuz-" + NEW));
        assertThat(tree.modules()).isEqualTo(root.resolve("lib/modules/" + NEW));
    }

    @Test
    void aVersionCanBeAskedFor() throws IOException {
        bookworm(OLD);
        sid(NEW);

        assertThat(KernelTree.inRoot(root, Optional.of(OLD)).version()).isEqualTo(OLD);
        assertThatThrownBy(() -> KernelTree.inRoot(root, Optional.of("5.0")))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("no kernel 5.0 with its modules in " + root);
    }

    @Test
    void modulesWithoutTheirKernelAreNotTaken() throws IOException {
        bookworm(OLD);
        ModuleTreeFixture.in(root, "lib/modules", NEW).module("loop");

        assertThat(KernelTree.inRoot(root, Optional.empty()).version()).isEqualTo(OLD);
    }

    @Test
    void linksOutOfTheRootAreNotFollowed() throws IOException {
        sid(NEW);
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.createSymbolicLink(other.resolve("usr"), root.resolve("usr"));

        assertThatThrownBy(() -> KernelTree.inRoot(other, Optional.empty())).isInstanceOf(InitrdException.class);
    }

    @Test
    void partsThatWereNamedMustBeOfOneVersion() throws IOException {
        bookworm(OLD);
        bookworm(NEW);

        Path kernel = root.resolve("boot/vmlinuz-" + NEW);
        assertThat(KernelTree.of(kernel, root.resolve("lib/modules/" + NEW)).version())
                .isEqualTo(NEW);
        assertThatThrownBy(() -> KernelTree.of(kernel, root.resolve("lib/modules/" + OLD)))
                .hasMessageContaining("is kernel " + NEW)
                .hasMessageContaining("are for " + OLD);
        assertThatThrownBy(() -> KernelTree.of(kernel, root.resolve("lib/modules")))
                .hasMessageContaining("found 2 versions");
        assertThatThrownBy(() -> KernelTree.of(root.resolve("boot/none"), root)).hasMessageContaining("no kernel at");
        assertThatThrownBy(() -> KernelTree.of(kernel, root.resolve("gone"))).hasMessageContaining("no directory");
    }

    @Test
    void aTarImageGivesItsKernelAndNothingElse() throws IOException {
        sid(NEW);
        Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("passwd"), "root");
        byte[] tar = Tools.pipeIn(root, new byte[0], "tar", "--zstd", "-cf", "-", ".");

        KernelTree tree = KernelTree.inTar(new ByteArrayInputStream(tar), work, Optional.empty());

        assertThat(tree.version()).isEqualTo(NEW);
        assertThat(ModuleTree.of(tree.modules()).names()).containsExactly("loop");
        assertThat(work.resolve("etc")).doesNotExist();
    }

    @Test
    void hostileNamesInATarWriteNothingOutside() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(tar)) {
            for (String name : List.of(
                    "usr/lib/modules/" + NEW + "/kernel/loop.ko",
                    "usr/lib/modules/" + NEW + "/vmlinuz",
                    "lib/modules/../../../evil",
                    "/lib/modules/x/../../../../evil",
                    "../lib/modules/x/evil")) {
                byte[] content = KernelHeaderTest.kernel(NEW);
                TarEntry entry = TarEntry.file(name.getBytes(StandardCharsets.US_ASCII), content.length)
                        .build();
                writer.add(entry, new ByteArrayInputStream(content));
            }
        }

        KernelTree.inTar(new ByteArrayInputStream(tar.toByteArray()), work, Optional.empty());

        assertThat(Tools.run(directory, "find", ".", "-type", "f"))
                .contains("loop.ko")
                .doesNotContain("evil");
    }

    @Test
    void debianPackagesOfSeveralKindsMakeOneKernel() throws IOException {
        Path binary = deb("linux-binary", "xz", "usr/lib/modules/" + NEW + "/vmlinuz", KernelHeaderTest.kernel(NEW));
        Path modules = deb(
                "linux-modules",
                "zstd",
                "usr/lib/modules/" + NEW + "/kernel/loop.ko.gz",
                Tools.pipe(ElfFixture.module("name=loop"), "gzip", "-c"));
        Path base = deb("linux-base", "gzip", "usr/lib/modules/" + NEW + "/modules.builtin", new byte[0]);
        Path meta = deb("linux-image", "none", "usr/share/doc/x", new byte[0]);

        KernelTree tree = KernelTree.inPackages(List.of(meta, modules, base, binary), work, Optional.empty());

        assertThat(tree.version()).isEqualTo(NEW);
        assertThat(ModuleTree.of(tree.modules()).names()).containsExactly("loop");
        assertThatThrownBy(() -> KernelTree.inPackages(List.of(meta), directory.resolve("work2"), Optional.empty()))
                .hasMessageContaining("no kernel with its modules in the packages");
    }

    @Test
    void whatIsNoPackageIsSaid() throws IOException {
        Path file = Files.writeString(directory.resolve("x.deb"), "not a package");

        assertThatThrownBy(() -> KernelTree.inPackages(List.of(file), work, Optional.empty()))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("is no Debian package");
    }

    private Path deb(String name, String compression, String path, byte[] content) throws IOException {
        Path tree = directory.resolve(name);
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        Path control = Files.createDirectories(tree.resolve("DEBIAN")).resolve("control");
        Files.writeString(
                control,
                "Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: x\n"
                        .formatted(name));
        Path deb = directory.resolve(name + ".deb");
        Tools.run(
                directory, "dpkg-deb", "--root-owner-group", "-Z" + compression, "-b", tree.toString(), deb.toString());
        return deb;
    }
}
