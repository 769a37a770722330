package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.image.Architecture;
import org.pullboot.image.Gpt;
import org.pullboot.image.GptPartition;
import org.pullboot.image.GptWriter;
import org.pullboot.linux.MountFlag;
import org.pullboot.linux.Mounts;

/** Mounts images on the running kernel: needs root, loop devices, overlay, mkfs.ext4, mkfs.erofs, mksquashfs. */
final class RootFileSystemIT {
    private static final int MIB = 1 << 20;
    private static final RootFlags NO_FLAGS = RootFlags.parse("x-systemd.device-timeout=infinity");

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final List<String> attached = new ArrayList<>();
    private Path tree;
    private Path sysroot;
    private RootFileSystem fileSystem;

    @BeforeEach
    void makeTree() throws IOException {
        tree = Files.createDirectories(directory.resolve("tree"));
        Files.createDirectories(tree.resolve("etc"));
        Files.writeString(tree.resolve("etc/hostname"), "image\n");
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-x--x"));
        sysroot = directory.resolve("sysroot");
        Files.writeString(directory.resolve("modules"), "");
        Files.writeString(directory.resolve("aliases"), "");
        Path work = Files.createDirectories(directory.resolve("work"));
        ModuleLoader modules = new ModuleLoader(directory, directory, file -> false);
        Console console = Console.early(screen);
        ProtectedRoot protectedRoot = new ProtectedRoot(new VerityDevice(Path.of("/dev"), modules, console));
        fileSystem = new RootFileSystem(sysroot, work, protectedRoot, modules, console);
    }

    @AfterEach
    void unmount() throws Exception {
        List<Path> mounted = new ArrayList<>();
        for (Path place : List.of(sysroot, directory.resolve("work/writes"), directory.resolve("work/lower"))) {
            if (isMountPoint(place)) {
                mounted.add(place);
            }
        }
        for (Path place : mounted) {
            Mounts.detach(place);
        }
        for (String device : attached) {
            run("losetup", "--detach", device);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "erofs", "squashfs"})
    void aBareFileSystemIsMountedUnderAnOverlay(String type) throws Exception {
        fileSystem.mountRaw(bare(type), options(RootOption.AUTOMATIC, true, false));

        assertThat(sysroot.resolve("etc/hostname")).hasContent("image");
        Files.writeString(sysroot.resolve("etc/hostname"), "changed\n");
        Files.createDirectory(sysroot.resolve("new"));
        assertThat(directory.resolve("work/lower/etc/hostname")).hasContent("image");
        assertThat(directory.resolve("work/writes/upper/etc/hostname")).hasContent("changed");
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("(" + type + ")", "under an overlay in memory");
    }

    @Test
    void theRootDirectoryKeepsItsModeUnderTheOverlay() throws Exception {
        fileSystem.mountRaw(bare("erofs"), options(RootOption.AUTOMATIC, true, false));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sysroot)))
                .isEqualTo("rwxr-x--x");
    }

    @Test
    void withoutOverlayNothingCanBeWritten() throws Exception {
        fileSystem.mountRaw(bare("ext4"), options(RootOption.AUTOMATIC, false, false));

        assertThat(sysroot.resolve("etc/hostname")).hasContent("image");
        assertThatThrownBy(() -> Files.writeString(sysroot.resolve("x"), ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Read-only");
    }

    @Test
    void anOverlayMayBeReadOnlyAtFirst() throws Exception {
        fileSystem.mountRaw(bare("erofs"), options(RootOption.AUTOMATIC, true, true));

        assertThatThrownBy(() -> Files.writeString(sysroot.resolve("x"), ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Read-only");
    }

    @Test
    void theRootPartitionOfADiskIsFoundByItsType() throws Exception {
        Path disk = disk(bare("ext4"));

        fileSystem.mountRaw(disk, options(RootOption.AUTOMATIC, true, false));

        assertThat(sysroot.resolve("etc/hostname")).hasContent("image");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dev/loop0p2",
                "/dev/disk/by-loop-ref/disk-part2",
                "PARTLABEL=system",
                "PARTUUID=00000000-0000-0005-0000-000000000006"
            })
    void aPartitionIsFoundByWhatNamesIt(String option) throws Exception {
        Path disk = disk(bare("ext4"));

        fileSystem.mountRaw(disk, options(RootOption.parse(option), true, false));

        assertThat(sysroot.resolve("etc/hostname")).hasContent("image");
    }

    @Test
    void aPartitionThatIsNotThereIsAnErrorThatListsThoseThatAre() throws Exception {
        Path disk = disk(bare("ext4"));

        assertThatThrownBy(() -> fileSystem.mountRaw(disk, options(RootOption.parse("/dev/loop0p7"), true, false)))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith(
                        "disk has no such partition as the root: expected number 7, it has 1 'esp' of type ")
                .hasMessageContaining("2 'system' of type " + Architecture.X86_64.root());
    }

    @Test
    void anUncleanImageIsMountedWithoutItsJournal() throws Exception {
        Path image = bare("ext4");
        run("debugfs", "-w", "-R", "feature needs_recovery", image.toString());

        fileSystem.mountRaw(image, options(RootOption.AUTOMATIC, true, false));

        assertThat(sysroot.resolve("etc/hostname")).hasContent("image");
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("was not unmounted cleanly");
    }

    @Test
    void aHashPartitionWithoutASuperblockIsRefused() throws Exception {
        Path disk = disk(bare("erofs"));
        VerityHash hash = VerityHash.ofFile(
                "00000000000000050000000000000006" + "00000000000000030000000000000004", "disk.roothash");

        assertThatThrownBy(() -> fileSystem.mountRaw(
                        disk,
                        new RootFileSystem.RawOptions(
                                RootOption.AUTOMATIC, Optional.of(hash), NO_FLAGS, "", true, false)))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("expected a dm-verity superblock");
    }

    @Test
    void whatIsNoDiskIsNamedForWhatItIs() throws Exception {
        Path tar = directory.resolve("os.raw");
        run("tar", "-C", tree.toString(), "-cf", tar.toString(), ".");

        assertThatThrownBy(() -> fileSystem.mountRaw(tar, options(RootOption.AUTOMATIC, true, false)))
                .isInstanceOf(AgentException.class)
                .hasMessage("os.raw is a tar archive: write tar instead of raw in rd.systemd.pull=");
    }

    @Test
    void aDirectoryBecomesTheRootWithoutTheLimitsOfItsFileSystem() throws Exception {
        Path work = directory.resolve("work");
        Mounts.mount("tmpfs", work, "tmpfs", "", MountFlag.NO_SUID, MountFlag.NO_DEV);
        try {
            Path os = Files.createDirectory(work.resolve("os"));

            fileSystem.mountDirectory(os, false);

            Files.writeString(sysroot.resolve("written"), "");
            assertThat(os.resolve("written")).exists();
            assertThat(mountOptions(sysroot))
                    .doesNotContain("nosuid")
                    .doesNotContain("nodev")
                    .startsWith("rw");
        } finally {
            Mounts.detach(sysroot);
            Mounts.detach(work);
        }
    }

    @Test
    void aDirectoryMayBeReadOnly() throws Exception {
        fileSystem.mountDirectory(tree, true);

        assertThat(mountOptions(sysroot)).startsWith("ro");
        assertThat(sysroot.resolve("etc/hostname")).hasContent("image");
    }

    @Test
    void whatIsWrittenToADiskStaysThere() throws Exception {
        Path image = bare("ext4");

        fileSystem.mountDisk(attached(image, false, 0), onDisk("", true, false, false));
        Files.writeString(sysroot.resolve("new"), "kept");
        Mounts.detach(sysroot);
        fileSystem.mountDisk(attached(image, false, 0), onDisk("", true, false, false));

        assertThat(sysroot.resolve("new")).hasContent("kept");
        assertThat(mountOptions(sysroot)).startsWith("rw");
    }

    @Test
    void aDiskIsMountedReadOnlyWhenThatWasAskedFor() throws Exception {
        fileSystem.mountDisk(attached(bare("ext4"), false, 0), onDisk("", true, true, false));

        assertThat(mountOptions(sysroot)).startsWith("ro");
        assertThat(sysroot.resolve("etc/hostname")).hasContent("image");
    }

    @Test
    void memoryTakesWhatAWriteProtectedDiskCannot() throws Exception {
        fileSystem.mountDisk(attached(bare("ext4"), true, 0), onDisk("", true, false, false));

        Files.writeString(sysroot.resolve("etc/hostname"), "changed\n");
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("under an overlay in memory");
    }

    @Test
    void memoryTakesWhatAReadOnlyFileSystemCannot() throws Exception {
        fileSystem.mountDisk(attached(bare("erofs"), false, 0), onDisk("", true, false, false));

        Files.writeString(sysroot.resolve("etc/hostname"), "changed\n");
    }

    @Test
    void thePartitionOfADiskIsADeviceBesideIt() throws Exception {
        Path image = disk(bare("ext4"));
        RootPart part = RootPart.find(image, RootOption.AUTOMATIC, Architecture.current());
        Path devices = Files.createDirectory(directory.resolve("dev"));
        Files.createSymbolicLink(devices.resolve("nvme0n1"), attached(image, false, 0));
        Files.createSymbolicLink(devices.resolve("nvme0n1p2"), attached(image, false, part.offset()));

        fileSystem.mountDisk(devices.resolve("nvme0n1"), onDisk("2", true, false, false));

        assertThat(sysroot.resolve("etc/hostname")).hasContent("image");
        assertThat(mountOptions(sysroot)).startsWith("rw");
    }

    /** A block device of an image. */
    private Path attached(Path image, boolean readOnly, long offset) throws Exception {
        Process losetup = new ProcessBuilder(
                        "losetup",
                        "--find",
                        "--show",
                        "--offset",
                        Long.toString(offset),
                        readOnly ? "--read-only" : "--direct-io=off",
                        image.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String device = new String(losetup.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(losetup.waitFor()).isZero();
        attached.add(device);
        return Path.of(device);
    }

    private static RootFileSystem.DiskOptions onDisk(
            String part, boolean overlay, boolean readOnly, boolean readWrite) {
        return new RootFileSystem.DiskOptions(
                RootOption.ofPart(part), Optional.empty(), NO_FLAGS, "", overlay, readOnly, readWrite);
    }

    private static RootFileSystem.RawOptions options(RootOption option, boolean overlay, boolean readOnly) {
        return new RootFileSystem.RawOptions(option, Optional.empty(), NO_FLAGS, "", overlay, readOnly);
    }

    private Path bare(String type) throws Exception {
        Path image = directory.resolve("image." + type);
        switch (type) {
            case "ext4" -> {
                run("truncate", "-s", "16M", image.toString());
                run("mkfs.ext4", "-q", "-d", tree.toString(), image.toString());
            }
            case "erofs" -> run("mkfs.erofs", "--quiet", image.toString(), tree.toString());
            default -> run("mksquashfs", tree.toString(), image.toString(), "-quiet", "-no-progress");
        }
        return image;
    }

    /** An EFI system partition that is not the root, and the root. */
    private Path disk(Path content) throws IOException {
        Path disk = directory.resolve("disk");
        byte[] bytes = Files.readAllBytes(content);
        UUID esp = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
        List<GptPartition> partitions = List.of(
                new GptPartition(1, esp, new UUID(3, 4), MIB, MIB, 0, "esp"),
                new GptPartition(2, Architecture.X86_64.root(), new UUID(5, 6), 2L * MIB, bytes.length, 0, "system"));
        try (FileChannel out = FileChannel.open(
                disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            GptWriter.write(out, 3L * MIB + bytes.length, new Gpt(512, new UUID(1, 2), partitions, false));
            out.write(ByteBuffer.wrap(bytes), 2L * MIB);
        }
        return disk;
    }

    private static boolean isMountPoint(Path place) {
        return !mountOptions(place).isEmpty();
    }

    private static String mountOptions(Path place) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
                String[] fields = line.split(" ", -1);
                if (fields[1].equals(place.toString())) {
                    return fields[3];
                }
            }
            return "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), output)
                .isZero();
    }
}
