package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Architecture;
import org.pullboot.image.Gpt;
import org.pullboot.image.GptPartition;
import org.pullboot.image.GptWriter;

/** Loop devices and mounts of this machine: needs root. */
final class DiskRootIT {
    private static final String VERSION = ModuleTreeFixture.VERSION;
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    private Path directory;

    private Path fileSystem;
    private Path work;

    @BeforeEach
    void makeAFileSystem() throws IOException {
        Path root = directory.resolve("root");
        ModuleTreeFixture.in(root, "lib/modules", VERSION).module("block/loop");
        Path boot = Files.createDirectories(root.resolve("boot"));
        Files.write(boot.resolve("vmlinuz-" + VERSION), KernelHeaderTest.kernel(VERSION));
        fileSystem = directory.resolve("fs.raw");
        Tools.run(directory, "truncate", "-s", "16M", fileSystem.toString());
        Tools.run(directory, "mkfs.ext4", "-q", "-d", root.toString(), fileSystem.toString());
        work = Files.createDirectory(directory.resolve("work"));
    }

    private void isTheKernel(KernelTree tree) throws IOException {
        assertThat(tree.version()).isEqualTo(VERSION);
        assertThat(KernelHeader.version(tree.kernel())).hasValue(VERSION);
        assertThat(ModuleTree.of(tree.modules()).names()).containsExactly("loop");
        assertThat(tree.kernel()).startsWith(work);
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(work.toString());
    }

    @Test
    void aBareFileSystemGivesItsKernel() throws IOException {
        byte[] before = Files.readAllBytes(fileSystem);

        isTheKernel(KernelTree.inDisk(fileSystem, work, Optional.empty()));

        assertThat(Files.readAllBytes(fileSystem)).isEqualTo(before);
    }

    @Test
    void aDiskGivesTheKernelOfItsRootPartition() throws IOException {
        Path disk = directory.resolve("disk.raw");
        try (FileChannel channel = FileChannel.open(
                        disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel content = FileChannel.open(fileSystem)) {
            content.transferTo(0, content.size(), channel.position(MEGABYTE));
            GptPartition root = new GptPartition(
                    1, Architecture.current().root(), new UUID(1, 2), MEGABYTE, content.size(), 0, "root");
            Gpt gpt = new Gpt(512, new UUID(3, 4), List.of(root), false);
            GptWriter.write(channel, content.size() + 2 * MEGABYTE, gpt);
        }

        isTheKernel(KernelTree.inDisk(disk, work, Optional.empty()));
    }

    @Test
    void imagesWithoutARootAreRefused() throws IOException {
        Path empty = directory.resolve("zeros.raw");
        Tools.run(directory, "truncate", "-s", "4M", empty.toString());

        assertThatThrownBy(() -> KernelTree.inDisk(empty, work, Optional.empty()))
                .hasMessageContaining("no root file system in '" + empty);
        Path compressed = directory.resolve("fs.raw.zst");
        Files.write(compressed, Tools.pipe(Files.readAllBytes(fileSystem), "zstd", "-c"));
        assertThatThrownBy(() -> KernelTree.inDisk(compressed, work, Optional.empty()))
                .hasMessageContaining("is compressed");
        assertThat(work).isEmptyDirectory();
    }
}
