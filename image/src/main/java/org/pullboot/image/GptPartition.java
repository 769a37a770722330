package org.pullboot.image;

import java.util.UUID;

/**
 * One used entry of a GUID partition table.
 *
 * @param number counted from 1, as in {@code /dev/loop0p1}
 * @param type what it is for; {@link DiscoverablePartitions} knows some
 * @param uuid its own name (PARTUUID)
 * @param offset where it begins, in bytes from the start of the disk
 * @param bytes how long it is
 * @param attributes the 64 attribute bits
 * @param label its human-readable name, at most 36 UTF-16 units
 */
public record GptPartition(int number, UUID type, UUID uuid, long offset, long bytes, long attributes, String label) {}
