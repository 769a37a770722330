package org.pullboot.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.GptPartition;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.LoopDevice;

/**
 * What the root is in, as a block device with partitions: an image that was downloaded, or a disk that was connected.
 * Loop devices are never let go of: mounts take over when execve(2) closes their descriptors.
 */
final class RootDisk {
    private final Path content;
    private final Path device;
    private final @Nullable LoopDevice loop;
    private final int sectorBytes;

    private RootDisk(Path content, Path device, @Nullable LoopDevice loop, int sectorBytes) {
        this.content = content;
        this.device = device;
        this.loop = loop;
        this.sectorBytes = sectorBytes;
    }

    /**
     * Attaches an image to a loop device, whose reference is the image's name.
     *
     * @param sectorBytes the size of the sectors of its partition table
     */
    @SuppressWarnings("MustBeClosed")
    static RootDisk attach(Path image, int sectorBytes) throws LinuxException {
        LoopDevice loop = LoopDevice.attach(image, image.getFileName().toString(), sectorBytes);
        return new RootDisk(image, loop.path(), loop, sectorBytes);
    }

    /** A disk that is a block device already. */
    static RootDisk connected(Path disk) {
        return new RootDisk(disk, disk, null, 0);
    }

    /** The file or device to read the partition table from. */
    Path content() {
        return content;
    }

    /** The device of a partition of its partition table. */
    Path device(GptPartition partition) throws LinuxException, AgentException {
        return device(partition.number(), partition.offset(), partition.bytes());
    }

    /**
     * The device of a part of it.
     *
     * @param partition from 1; 0 for the whole
     * @param offset where it begins, in bytes; negative when only the kernel knows
     * @param bytes how long it is; 0 for all that follows
     */
    @SuppressWarnings("MustBeClosed")
    Path device(int partition, long offset, long bytes) throws LinuxException, AgentException {
        if (partition == 0) {
            return device;
        }
        if (loop == null) {
            Path part = device.resolveSibling(device.getFileName() + "p" + partition);
            NvmeRootDevice.awaitDevice(part);
            return part;
        }
        Path part = loop.partition(partition);
        if (Files.exists(part) || offset < 0) {
            return part;
        }
        // The kernel does not know this kind of partition table.
        return LoopDevice.attach(content, content.getFileName().toString(), sectorBytes, offset, bytes)
                .path();
    }
}
