package org.pullboot.volume;

import java.time.Instant;

/**
 * The content of a volume at one time, kept.
 *
 * @param name 1 to 64 letters, digits, dots, dashes and underscores
 * @param created when it was taken
 * @param bytes what it keeps that the snapshot before it has not, in bytes of data
 */
public record Snapshot(String name, Instant created, long bytes) {}
