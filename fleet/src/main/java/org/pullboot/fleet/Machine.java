package org.pullboot.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One computer.
 *
 * @param id its SMBIOS UUID in lower case, else {@code mac-} and its MAC address
 * @param mac its MAC address, lower case with colons; null when it never told
 * @param address where it was seen last
 * @param firstSeen when it first booted from here
 * @param lastSeen when it did so last
 * @param boots how often it did
 */
public record Machine(
        String id, @Nullable String mac, String address, Instant firstSeen, Instant lastSeen, long boots) {}
