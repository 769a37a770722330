package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loop devices and mounts against the running kernel: needs root, mkfs.ext4 and sfdisk. */
final class LoopDeviceIT {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void aPieceOfADiskMountsReadOnly() throws Exception {
        Path disk = blank(directory.resolve("disk"), 10 * MIB);
        Path fileSystem = blank(directory.resolve("partition"), 8 * MIB);
        run("mkfs.ext4", "-q", fileSystem.toString());
        run("dd", "if=" + fileSystem, "of=" + disk, "bs=1M", "seek=1", "conv=notrunc", "status=none");
        Path target = Files.createDirectory(directory.resolve("target"));

        try (LoopDevice loop = LoopDevice.attach(disk, "rootdisk.raw", 512, MIB, 8 * MIB)) {
            String device = loop.path().toString();
            assertThat(run(
                            "losetup",
                            "--noheadings",
                            "--raw",
                            "--output",
                            "RO,AUTOCLEAR,PARTSCAN,SIZELIMIT,BACK-FILE",
                            device))
                    .isEqualTo("1 1 1 " + 8 * MIB + " " + disk);
            Mounts.mount(device, target, "ext4", "", MountFlag.READ_ONLY);
            try {
                assertThat(target.resolve("lost+found")).isDirectory();
                assertThatThrownBy(() -> Files.createFile(target.resolve("new")))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("Read-only");
            } finally {
                Mounts.detach(target);
            }
        }
    }

    @Test
    void aPartitionIsNamedAfterItsDevice() throws Exception {
        Path file = blank(directory.resolve("image"), 4 * MIB);

        try (LoopDevice loop = LoopDevice.attach(file, "image", 512)) {
            assertThat(loop.partition(3)).isEqualTo(Path.of(loop.path() + "p3"));
        }
    }

    @Test
    void theReferenceAndTheSectorSizeReachTheKernel() throws Exception {
        Path file = blank(directory.resolve("image"), 4 * MIB);

        try (LoopDevice loop = LoopDevice.attach(file, "r".repeat(80), 4096)) {
            assertThat(run("losetup", "--noheadings", "--raw", "--output", "LOG-SEC", loop.path() + ""))
                    .isEqualTo("4096");
            assertThat(Files.readString(
                                    Path.of("/sys/block/" + loop.path().getFileName() + "/queue/logical_block_size"))
                            .strip())
                    .isEqualTo("4096");
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> LoopDevice.attach(missing, "x", 512))
                .isInstanceOf(LinuxException.class)
                .hasMessage("open " + missing + ": No such file or directory (ENOENT)");
    }

    @Test
    void theConfigurationIsLaidOutAsTheCompilerLaysItOut() throws Exception {
        Path source = Files.writeString(directory.resolve("layout.c"), """
                #include <linux/loop.h>
                #include <stddef.h>
                #include <stdio.h>
                int main(void) {
                    printf("%zu %zu %zu %zu %zu %zu %zu %zu %d %d %d", sizeof(struct loop_config),
                        offsetof(struct loop_config, fd), offsetof(struct loop_config, block_size),
                        offsetof(struct loop_config, info), offsetof(struct loop_config, info.lo_offset),
                        offsetof(struct loop_config, info.lo_sizelimit), offsetof(struct loop_config, info.lo_flags),
                        offsetof(struct loop_config, info.lo_file_name),
                        LO_FLAGS_READ_ONLY, LO_FLAGS_AUTOCLEAR, LO_FLAGS_PARTSCAN);
                }
                """);
        Path program = directory.resolve("layout");
        run("gcc", "-o", program.toString(), source.toString());

        assertThat(run(program.toString()))
                .isEqualTo(
                        LoopDevice.Config.BYTES + " " + LoopDevice.Config.FD + " " + LoopDevice.Config.BLOCK_SIZE + " "
                                + LoopDevice.Config.INFO + " " + LoopDevice.Config.INFO_OFFSET + " "
                                + LoopDevice.Config.INFO_SIZE_LIMIT + " " + LoopDevice.Config.INFO_FLAGS + " "
                                + LoopDevice.Config.INFO_FILE_NAME + " " + LoopDevice.Config.READ_ONLY + " "
                                + LoopDevice.Config.AUTOCLEAR + " " + LoopDevice.Config.PARTSCAN);
    }

    @Test
    void theConfigurationHoldsAtMostSixtyTwoBytesOfReference() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = LoopDevice.Config.allocate(arena, 9, "n".repeat(100), 512);

            byte[] name = config.asSlice(LoopDevice.Config.INFO_FILE_NAME, 64).toArray(ValueLayout.JAVA_BYTE);
            assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo("n".repeat(62) + "\0\0");
        }
    }

    private static Path blank(Path file, long bytes) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.position(bytes - 1).write(ByteBuffer.allocate(1));
        }
        return file;
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), output)
                .isZero();
        return output;
    }
}
