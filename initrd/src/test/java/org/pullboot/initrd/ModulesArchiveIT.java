package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModulesArchiveIT {
    @TempDir
    private Path directory;

    @Test
    void modprobeFindsModulesInTheUnpackedArchive() throws IOException {
        KernelTree kernel = TestKernels.cloud();
        Path archive = directory.resolve("modules.tar.zst");

        long size = ModulesArchive.write(kernel, 1, archive);

        assertThat(Tools.pipe(Files.readAllBytes(archive), "zstd", "-dc")).hasSize((int) size);
        Path modules = Files.createDirectories(directory.resolve("root/lib/modules"));
        Tools.run(modules, "tar", "-xf", archive.toString());
        String root = directory.resolve("root").toString();
        assertThat(Tools.run(directory, "modprobe", "-S", kernel.version(), "-d", root, "-D", "virtio_net"))
                .containsSubsequence("failover.ko", "net_failover.ko", "virtio_net.ko");
        assertThat(Tools.run(directory, "modprobe", "-S", kernel.version(), "-d", root, "-D", "fs-erofs"))
                .contains("erofs.ko");
        assertThat(modules.resolve(kernel.version() + "/vmlinuz")).doesNotExist();
    }

    @Test
    void theSameModulesGiveTheSameArchive() throws IOException {
        Path root = directory.resolve("root");
        ModuleTreeFixture.in(root).module("a", "alias=x").module("b", "depends=a");
        Path tree = root.resolve("usr/lib/modules").resolve(ModuleTreeFixture.VERSION);
        KernelTree kernel = new KernelTree(ModuleTreeFixture.VERSION, root.resolve("vmlinuz"), tree);

        ModulesArchive.write(kernel, 3, directory.resolve("one"));
        Tools.run(directory, "find", root.toString(), "-exec", "touch", "-d", "@1", "{}", "+");
        ModulesArchive.write(kernel, 3, directory.resolve("two"));

        assertThat(directory.resolve("one")).hasSameBinaryContentAs(directory.resolve("two"));
        assertThat(Tools.run(directory, "tar", "-tf", directory.resolve("one").toString()))
                .startsWith(ModuleTreeFixture.VERSION + "/\n");
    }
}
