package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A piece of direct memory on lease: data on its way. Used by one thread at a time.
 *
 * <p>Data for one command begins at {@link #DATA}, so that the header of its C2HData fits before it, and digest and
 * completion behind it.
 */
final class Segment {
    /** Where the data of a command begins. */
    static final int DATA = 128;

    /** Data that a small one has room for. */
    static final int SMALL_DATA = 16 << 10;

    /** Data that a large one has room for. */
    static final int LARGE_DATA = 128 << 10;

    /** Bytes of a small one. */
    static final int SMALL = SMALL_DATA + 512;

    /** Bytes of a large one: 32 answers of 4 KiB and their headers, too. */
    static final int LARGE = LARGE_DATA + (4 << 10);

    /** Its memory, little-endian; position and limit are free for whoever uses it. */
    final ByteBuffer bytes;

    /** Commands and queues that use it. */
    int users;

    /** Where what has to be sent begins. */
    int start;

    /** Where it ends. */
    int end;

    /** What is sent behind it: memory of a device, in place of data of its own. Nothing more goes in behind that. */
    @Nullable
    ByteBuffer view;

    /** How much of that is not sent yet. */
    int viewLeft;

    Segment(int size) {
        bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether all of it is sent. */
    boolean sent() {
        return start == end && viewLeft == 0;
    }

    int size() {
        return bytes.capacity();
    }

    boolean large() {
        return size() == LARGE;
    }

    int room() {
        return view == null ? size() - end : 0;
    }

    /** A window on its memory, for one read or write. */
    ByteBuffer window(int from, int to) {
        return bytes.limit(to).position(from);
    }
}
