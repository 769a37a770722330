package org.pullboot.image;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.UUID;

/**
 * A GUID partition table (UEFI specification, section 5.3).
 *
 * @param sectorBytes the size of the disk's logical blocks: 512, 1024, 2048 or 4096
 * @param disk the disk's own name
 * @param partitions its used entries, in the order of their numbers
 * @param fromBackup whether the table at the start was missing or damaged and the one at the end was read
 */
public record Gpt(int sectorBytes, UUID disk, List<GptPartition> partitions, boolean fromBackup) {
    /** Copies the list. */
    public Gpt {
        partitions = List.copyOf(partitions);
    }

    /**
     * Reads the table of a disk image, from its start or else from its end.
     *
     * @throws ImageException when neither is there and in order, or a partition is not inside the image
     * @throws IOException when the image cannot be read
     */
    public static Gpt read(SeekableByteChannel disk) throws IOException {
        return new GptReader(disk).read();
    }
}
