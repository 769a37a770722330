package org.pullboot.pull;

import java.util.concurrent.atomic.AtomicInteger;

/** A piece of a file on its way from the network to the threads that hash and unpack it. */
final class Chunk {
    /** Large enough that handing it over costs nothing, small enough to stay in a processor's cache. */
    static final int BYTES = 256 * 1024;

    private final byte[] bytes;
    private final AtomicInteger readers = new AtomicInteger();
    private int length;

    Chunk(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] bytes() {
        return bytes;
    }

    /** How many bytes are in it. */
    int length() {
        return length;
    }

    int room() {
        return bytes.length - length;
    }

    /** Says that so many bytes were put after those that are there. */
    void grow(int by) {
        length += by;
    }

    void clear() {
        length = 0;
    }

    /** Says how many threads will read it. */
    void lend(int count) {
        readers.set(count);
    }

    /** Says that one of them is done; true for the last. */
    boolean giveBack() {
        return readers.decrementAndGet() == 0;
    }
}
