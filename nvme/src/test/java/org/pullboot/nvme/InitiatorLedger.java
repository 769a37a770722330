package org.pullboot.nvme;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How often each block was written, and which a command is under way for: never two for one block, since their order
 * would be open. Safe for use from several threads.
 */
final class InitiatorLedger {
    private static final int BUSY = 1 << 31;

    /** Not written yet, or written by a command that failed: what it holds is not known. */
    static final int UNKNOWN = 0;

    private final AtomicIntegerArray generations;

    InitiatorLedger(int blocks) {
        generations = new AtomicIntegerArray(blocks);
    }

    int blocks() {
        return generations.length();
    }

    /** Takes a block; returns its generation, or -1 when another command has it. */
    int take(int block) {
        int generation = generations.get(block);
        return generation >= 0 && generations.compareAndSet(block, generation, generation | BUSY) ? generation : -1;
    }

    /** Gives a block back. */
    void release(int block, int generation) {
        generations.set(block, generation);
    }
}
