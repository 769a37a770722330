package org.pullboot.fleet;

import java.time.Duration;

/**
 * How long things are kept.
 *
 * @param bootIdle a boot that was silent for so long is over: the next request from its address is not its
 * @param headGrace how long after a HEAD of a UKI another one from the same address still belongs to the same power-on
 * @param afterSwitch how long after its switch of the root file system a boot's address still gets its generation
 * @param generations how many generations of a source are kept at least
 * @param boots how many boots the history keeps
 * @param activeBoots how many boots can be under way at once; beyond it the one that was silent longest is over
 * @param bootsPerAddress how many of them from one address; no more are started beyond it
 */
public record FleetLimits(
        Duration bootIdle,
        Duration headGrace,
        Duration afterSwitch,
        int generations,
        int boots,
        int activeBoots,
        int bootsPerAddress) {
    /** Fifteen minutes, one minute, thirty seconds, two generations, a thousand boots, ten thousand at once, 256 an address. */
    public static FleetLimits defaults() {
        return new FleetLimits(
                Duration.ofMinutes(15), Duration.ofMinutes(1), Duration.ofSeconds(30), 2, 1000, 10_000, 256);
    }
}
