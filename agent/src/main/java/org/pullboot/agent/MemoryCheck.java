package org.pullboot.agent;

import org.pullboot.linux.Memory;
import org.pullboot.pull.Preflight;
import org.pullboot.pull.PullException;

/**
 * Whether an image fits into memory, asked before it is downloaded.
 *
 * @param memory what the machine has
 */
record MemoryCheck(Memory memory) {
    /** What the agent itself still takes while it downloads: buffers, threads, modules. */
    static final long RESERVE = 24L << 20;

    /**
     * Lets a download begin, or not.
     *
     * @param name the file's name, for people
     * @throws PullException when what it needs at least is more than there is
     */
    void allow(String name, Preflight preflight) throws PullException {
        long room = room();
        if (preflight.atLeast() > room) {
            throw new PullException(name + " needs " + Units.bytes(preflight.atLeast()) + " of memory, but only "
                    + Units.bytes(room) + " of " + Units.bytes(memory.total()) + " are free: give the machine at least "
                    + Units.bytes(memory.total() + preflight.atLeast() - room) + ", or make the image smaller");
        }
    }

    /** How many bytes of memory an image may take. */
    long room() {
        return Math.max(0, memory.available() - RESERVE);
    }

    /** The sentence for when an image of unknown size turned out too large. */
    String exceeded(String name) {
        return name + " does not fit into memory: it needs more than the " + Units.bytes(room()) + " of "
                + Units.bytes(memory.total()) + " that were free: give the machine more, or make the image smaller";
    }
}
