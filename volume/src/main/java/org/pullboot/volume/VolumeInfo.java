package org.pullboot.volume;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a volume is, without opening it.
 *
 * @param id its name in the store
 * @param uuid its own identity
 * @param size bytes of the disk
 * @param limit the most bytes that its writes may take, {@link Long#MAX_VALUE} for no limit
 * @param base the identity of the image it is over, if it is over one
 * @param bytesOnDisk what it takes of the file system
 * @param snapshots the names of its snapshots, the oldest first
 * @param inUse whether somebody has it open
 */
public record VolumeInfo(
        String id,
        UUID uuid,
        long size,
        long limit,
        Optional<String> base,
        long bytesOnDisk,
        List<String> snapshots,
        boolean inUse) {
    /** Copies the list. */
    public VolumeInfo {
        snapshots = List.copyOf(snapshots);
    }
}
