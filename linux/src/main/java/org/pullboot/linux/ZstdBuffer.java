package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * libzstd's {@code ZSTD_inBuffer} and {@code ZSTD_outBuffer}, which have one layout: a pointer, a size, and how much of
 * it has been used.
 */
final class ZstdBuffer {
    static final long POINTER = 0;
    static final long SIZE = 8;
    static final long POSITION = 16;
    static final long BYTES = 24;

    private final MemorySegment memory;

    ZstdBuffer(Arena arena) {
        memory = arena.allocate(BYTES, Long.BYTES);
    }

    static NativeLibrary library() throws CodecException {
        return NativeLibrary.load("libzstd1 (Debian) or libzstd (Fedora) or zstd (Arch)", "libzstd.so.1");
    }

    /** What libzstd says of a negative answer. */
    @SuppressWarnings("restricted") // The string is libzstd's own constant: it has an end and is never freed.
    static String errorName(NativeLibrary library, MemorySegment scratch, long answer) throws CodecException {
        long text = library.function("ZSTD_getErrorName").call(scratch, answer, 0, 0, 0);
        return MemorySegment.ofAddress(text).reinterpret(Long.MAX_VALUE).getString(0);
    }

    void set(long pointer, long size) {
        memory.set(ValueLayout.JAVA_LONG, POINTER, pointer);
        memory.set(ValueLayout.JAVA_LONG, SIZE, size);
        memory.set(ValueLayout.JAVA_LONG, POSITION, 0);
    }

    int position() {
        return (int) memory.get(ValueLayout.JAVA_LONG, POSITION);
    }

    long address() {
        return memory.address();
    }
}
