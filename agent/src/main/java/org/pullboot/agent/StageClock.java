package org.pullboot.agent;

import java.util.ArrayList;
import java.util.List;

/** How long each stage of the boot took. One thread at a time. */
final class StageClock {
    private final List<String> parts = new ArrayList<>();
    private long began;

    /**
     * Starts with the first stage.
     *
     * @param nanos the time now, from {@link System#nanoTime}
     */
    StageClock(long nanos) {
        this.began = nanos;
    }

    /** Ends the stage that was, under this name, and begins the next one. */
    void end(String stage, long nanos) {
        parts.add(stage + " " + Units.seconds(nanos - began));
        began = nanos;
    }

    /** "network 1.2 s, download 5.0 s". */
    @Override
    public String toString() {
        return String.join(", ", parts);
    }
}
