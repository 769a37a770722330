package org.pullboot.nvme;

import java.util.UUID;
import org.pullboot.volume.BlockDevice;

/**
 * A block device under its namespace id.
 *
 * @param id 1 to {@value #LAST_ID}
 * @param uuid what the host knows it by; must not change while a host has it, across restarts of the target too
 * @param device where it is kept; when it does not take writes, the namespace is write protected
 */
public record Namespace(int id, UUID uuid, BlockDevice device) {
    /** The highest namespace id of a subsystem. */
    public static final int LAST_ID = 16;

    /**
     * Checks the id.
     *
     * @throws IllegalArgumentException when it is out of range
     */
    public Namespace {
        if (id < 1 || id > LAST_ID) {
            throw new IllegalArgumentException("a namespace id is 1 to " + LAST_ID + ", not " + id);
        }
    }
}
