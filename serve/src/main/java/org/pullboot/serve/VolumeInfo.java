package org.pullboot.serve;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A volume, as {@code pullboot volume} shows it.
 *
 * @param id its id
 * @param purpose {@code root} or {@code data}
 * @param kept {@code boot} when it is thrown away after its boot, else {@code machine}
 * @param host its host: a UUID when its NQN has one, else the NQN
 * @param subsystem the subsystem under which the host has it
 * @param image the name of its base; null when it has none
 * @param generation of its base; null when it has none
 * @param size of the disk in bytes
 * @param written bytes that its overlay takes
 * @param snapshots the oldest first
 * @param created when it was made
 * @param connectedSince since when its host has it; null when it has not now
 */
public record VolumeInfo(
        String id,
        String purpose,
        String kept,
        String host,
        String subsystem,
        @Nullable String image,
        @Nullable String generation,
        long size,
        long written,
        List<String> snapshots,
        Instant created,
        @Nullable Instant connectedSince) {
    /** Copies the list. */
    public VolumeInfo {
        snapshots = List.copyOf(snapshots);
    }
}
