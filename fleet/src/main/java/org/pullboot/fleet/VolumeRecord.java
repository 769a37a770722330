package org.pullboot.fleet;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Sha256;

/**
 * Whose a volume is, and what it is made over.
 *
 * @param id 1 to 64 of {@code A-Za-z0-9_-}
 * @param purpose what is on it
 * @param lifetime how long it is kept
 * @param host the NQN of the host that has it
 * @param subsystem the NQN of the subsystem under which it has it
 * @param uuid what the host knows the namespace by
 * @param base what is below it; null when nothing is
 * @param boot the boot that it was made for; null when it was made for none
 * @param created when it was made
 * @param connected when its host came to it last; the epoch when it never did
 */
public record VolumeRecord(
        String id,
        Purpose purpose,
        Lifetime lifetime,
        String host,
        String subsystem,
        UUID uuid,
        @Nullable Base base,
        @Nullable String boot,
        Instant created,
        Instant connected) {
    /** What is on a volume. */
    public enum Purpose {
        /** The root file system: an overlay over an image. */
        ROOT,
        /** What a machine keeps beside it: empty at first. */
        DATA
    }

    /** How long a volume is kept. */
    public enum Lifetime {
        /** Until the boot that it was made for ends. */
        BOOT,
        /** As long as the user wants. */
        MACHINE
    }

    /**
     * The image below an overlay.
     *
     * @param generation what it was published in
     * @param image its name there
     * @param digest of the file as it was published: what finds it again when the generation is gone
     */
    public record Base(GenerationId generation, String image, Sha256 digest) {}

    /** The same volume over another image. */
    public VolumeRecord over(Base next) {
        return new VolumeRecord(id, purpose, lifetime, host, subsystem, uuid, next, boot, created, connected);
    }

    /** The same volume under another subsystem. */
    public VolumeRecord under(String nqn) {
        return new VolumeRecord(id, purpose, lifetime, host, nqn, uuid, base, boot, created, connected);
    }

    /** The same volume, now of this boot. */
    public VolumeRecord of(@Nullable String nextBoot) {
        return new VolumeRecord(id, purpose, lifetime, host, subsystem, uuid, base, nextBoot, created, connected);
    }

    /** The same volume, to which its host came now. */
    public VolumeRecord connectedAt(Instant now) {
        return new VolumeRecord(id, purpose, lifetime, host, subsystem, uuid, base, boot, created, now);
    }

    /** Whether this is what a host has under a subsystem for a purpose. */
    public boolean isOf(String hostNqn, String subsystemNqn, Purpose what) {
        return host.equals(hostNqn) && Objects.equals(subsystem, subsystemNqn) && purpose == what;
    }
}
