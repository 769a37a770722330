package org.pullboot.initrd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.pullboot.image.Architecture;
import org.pullboot.image.Compression;
import org.pullboot.image.DiscoverablePartitions;
import org.pullboot.image.FileSystemType;
import org.pullboot.image.Gpt;
import org.pullboot.image.GptPartition;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.ImageProbe;
import org.pullboot.linux.LoopDevice;
import org.pullboot.linux.MountFlag;
import org.pullboot.linux.Mounts;

/**
 * The root file system of a disk image, mounted read-only on this machine until it is closed: the root partition by the
 * Discoverable Partitions Specification (UAPI.2), or the whole image when it is a bare file system. Needs root.
 */
final class DiskRoot implements AutoCloseable {
    private static final int SECTOR_BYTES = 512;

    private final LoopDevice device;
    private final Path directory;

    private DiskRoot(LoopDevice device, Path directory) {
        this.device = device;
        this.directory = directory;
    }

    /**
     * Mounts it.
     *
     * @param image an uncompressed raw image
     * @param directory an empty directory
     * @throws ImageException when there is no root file system that can be mounted in the image
     */
    static DiskRoot mount(Path image, Path directory) throws IOException {
        long offset = 0;
        long bytes = 0;
        int sectorBytes = SECTOR_BYTES;
        FileSystemType type;
        try (FileChannel disk = FileChannel.open(image, StandardOpenOption.READ)) {
            ImageProbe probe = ImageProbe.probe(image);
            if (probe.compression() != Compression.NONE) {
                throw new ImageException("'" + image + "' is compressed: decompress it to take a kernel out of it");
            }
            if (probe.kind() instanceof ImageKind.GptDisk) {
                Gpt gpt = Gpt.read(disk);
                Optional<GptPartition> root = DiscoverablePartitions.rootOrOnlyLinux(gpt, Architecture.current());
                if (root.isEmpty()) {
                    throw new ImageException("no root partition in '" + image
                            + "': give its type the GUID of a root file system, as systemd-repart does");
                }
                offset = root.get().offset();
                bytes = root.get().bytes();
                sectorBytes = gpt.sectorBytes();
            }
            type = type(disk, offset, image);
        }
        LoopDevice device = LoopDevice.attach(image, "pullboot", sectorBytes, offset, bytes);
        try {
            // A journal that wants to be replayed cannot be, and need not.
            String options = switch (type.kernelName()) {
                case "ext2", "ext3", "ext4" -> "noload";
                case "xfs" -> "norecovery";
                default -> "";
            };
            Mounts.mount(
                    device.path().toString(),
                    directory,
                    type.kernelName(),
                    options,
                    MountFlag.READ_ONLY,
                    MountFlag.NO_DEV,
                    MountFlag.NO_SUID,
                    MountFlag.NO_EXEC);
            return new DiskRoot(device, directory);
        } catch (IOException | RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private static FileSystemType type(FileChannel disk, long offset, Path image) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(FileSystemType.PROBE_BYTES);
        while (head.hasRemaining() && disk.read(head, offset + head.position()) >= 0) {
            // Reads on until the buffer is full or the image has ended.
        }
        Optional<FileSystemType> type = FileSystemType.probe(head.flip());
        if (type.isEmpty() || !type.get().mountable()) {
            throw new ImageException("no root file system in '" + image + "' that Linux can mount: found "
                    + type.map(FileSystemType::toString).orElse("nothing that is known"));
        }
        return type.get();
    }

    /** Where it is mounted. */
    Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        try (device) {
            Mounts.detach(directory);
        }
    }
}
