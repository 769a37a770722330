package org.pullboot.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.pullboot.image.Architecture;
import org.pullboot.image.DiscoverablePartitions;
import org.pullboot.image.FileSystemType;
import org.pullboot.image.Gpt;
import org.pullboot.image.GptPartition;
import org.pullboot.image.ImageKind;
import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.LoopDevice;
import org.pullboot.linux.MountFlag;
import org.pullboot.linux.Mounts;

/** The root file system of a raw image, mounted read-only until this is closed. */
final class MountedImage implements AutoCloseable {
    private static final int SECTOR = 512;

    private final Path root;

    private MountedImage(Path root) {
        this.root = root;
    }

    /**
     * Mounts it.
     *
     * @param target a directory that is not there yet
     * @throws IOException when it has no root file system, or this user may not mount; the message is half a sentence
     */
    static MountedImage mount(Path raw, ImageKind kind, Path target) throws IOException {
        long offset = 0;
        long bytes = 0;
        FileSystemType type;
        try (FileChannel disk = FileChannel.open(raw, StandardOpenOption.READ)) {
            if (kind instanceof ImageKind.GptDisk) {
                Optional<GptPartition> partition =
                        DiscoverablePartitions.rootOrOnlyLinux(Gpt.read(disk), Architecture.current());
                if (partition.isEmpty()) {
                    throw new IOException("it has no partition that is known as a root file system");
                }
                offset = partition.get().offset();
                bytes = partition.get().bytes();
            }
            type = type(disk, offset);
        }
        Files.createDirectory(target);
        try (LoopDevice device = LoopDevice.attach(raw, "pullboot-serve", SECTOR, offset, bytes)) {
            Mounts.mount(
                    device.path().toString(),
                    target,
                    type.kernelName(),
                    options(type),
                    MountFlag.READ_ONLY,
                    MountFlag.NO_SUID,
                    MountFlag.NO_DEV,
                    MountFlag.NO_EXEC);
        } catch (LinuxException e) {
            throw new IOException(reason(e, type), e);
        }
        return new MountedImage(target);
    }

    private static String reason(LinuxException e, FileSystemType type) {
        return switch (e.errno()) {
            case EPERM, EACCES -> "only root can look into a raw image";
            case ENODEV -> "this machine's kernel cannot mount " + type;
            default -> e.errno() == Errno.ENOENT ? "this machine has no loop devices" : String.valueOf(e.getMessage());
        };
    }

    private static FileSystemType type(FileChannel disk, long offset) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(FileSystemType.PROBE_BYTES);
        while (head.hasRemaining()) {
            if (disk.read(head, offset + head.position()) < 0) {
                break;
            }
        }
        Optional<FileSystemType> type = FileSystemType.probe(head.flip());
        if (type.isEmpty() || !type.get().mountable()) {
            throw new IOException("its root partition holds "
                    + type.map(FileSystemType::kernelName).orElse("no file system") + ", which cannot be mounted");
        }
        return type.get();
    }

    /** The device is read-only, so a journal cannot be replayed first. */
    private static String options(FileSystemType type) {
        return switch (type) {
            case EXT3, EXT4 -> "noload";
            case XFS -> "norecovery,nouuid";
            case EXT2, EROFS, SQUASHFS, BTRFS, VFAT, F2FS, ISO9660, LUKS, VERITY, SWAP -> "";
        };
    }

    Path root() {
        return root;
    }

    @Override
    public void close() throws IOException {
        Mounts.detach(root);
    }
}
