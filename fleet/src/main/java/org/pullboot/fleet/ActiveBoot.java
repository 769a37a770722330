package org.pullboot.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A boot that is under way; guarded by the fleet's lock. */
final class ActiveBoot {
    /** How far the machine's firmware is. */
    enum Phase {
        /** It asked for the UKI's header only. */
        HEAD,
        /** It fetches the UKI. */
        FETCH,
        /** It has the UKI. */
        RUN,
        /** Another boot took its place. */
        OVER
    }

    final String id;
    final GenerationId generation;
    final String source;
    final String address;
    final Instant started;
    Instant lastSeen;
    Instant written;

    @Nullable
    String machine;

    @Nullable
    String uki;

    Phase phase = Phase.RUN;
    String stage = Boot.FIRMWARE;

    @Nullable
    String message;

    int transfers;
    int stages;

    ActiveBoot(String id, GenerationId generation, String source, String address, Instant started) {
        this.id = id;
        this.generation = generation;
        this.source = source;
        this.address = address;
        this.started = started;
        this.lastSeen = started;
        this.written = started;
    }

    Boot view() {
        return new Boot(id, generation, address, machine, started, lastSeen, stage, message);
    }

    boolean handedOver() {
        return Boot.isOver(stage);
    }

    /** Whether this request is still part of the firmware's fetching of the UKI, and not the next power-on. */
    boolean continuedBy(Visit visit, String name, Instant headUntil, Instant now) {
        if (!name.equals(uki) || phase == Phase.RUN || phase == Phase.OVER) {
            return false;
        }
        if (visit.head()) {
            // EDK2 asks for the header once, before the file: one that comes later is another power-on.
            return phase == Phase.HEAD && now.isBefore(headUntil);
        }
        return true;
    }
}
