package org.pullboot.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that the kernel can be pointed at, read and written through a plain buffer in the machine's byte order: the
 * var handles of memory segments would cost the agent start-up time. The owner stays reachable while a call runs.
 */
final class DirectMemory {
    private final ByteBuffer bytes;
    private final long address;

    DirectMemory(int size) {
        bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        address = MemorySegment.ofBuffer(bytes).address();
    }

    ByteBuffer bytes() {
        return bytes;
    }

    long address() {
        return address;
    }

    int size() {
        return bytes.capacity();
    }
}
