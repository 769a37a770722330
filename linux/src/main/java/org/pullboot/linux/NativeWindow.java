package org.pullboot.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What native code sees of a buffer: the memory of a direct one itself, a copy of a piece of a heap one.
 *
 * <p>Callers give the same buffer again and again, so its address is worked out once. For use by one thread at a time.
 */
final class NativeWindow {
    private static final int STAGE_BYTES = 128 * 1024;

    private @Nullable ByteBuffer seen;
    private long base;
    private @Nullable ByteBuffer stage;
    private long address;
    private int length;

    /** Shows the bytes from the buffer's position on. */
    void showContent(ByteBuffer in) {
        if (in.isDirect()) {
            show(in, in.position(), in.remaining());
        } else {
            ByteBuffer copy = stage();
            int piece = Math.min(copy.capacity(), in.remaining());
            copy.put(0, in, in.position(), piece);
            show(copy, 0, piece);
        }
    }

    /** Shows the room from the buffer's position on. */
    void showRoom(ByteBuffer out) {
        if (out.isDirect()) {
            show(out, out.position(), out.remaining());
        } else {
            ByteBuffer copy = stage();
            show(copy, 0, Math.min(copy.capacity(), out.remaining()));
        }
    }

    /** Takes over what native code wrote to the start of the room, and moves the buffer's position past it. */
    void takeOver(ByteBuffer out, int bytes) {
        if (!out.isDirect()) {
            out.put(out.position(), stage(), 0, bytes);
        }
        out.position(out.position() + bytes);
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }

    @SuppressWarnings("ReferenceEquality") // Buffers with equal content are at different addresses.
    private void show(ByteBuffer direct, int position, int bytes) {
        if (direct != seen) {
            base = MemorySegment.ofBuffer(direct).address() - direct.position();
            seen = direct;
        }
        address = base + position;
        length = bytes;
    }

    private ByteBuffer stage() {
        ByteBuffer present = stage;
        if (present == null) {
            present = ByteBuffer.allocateDirect(STAGE_BYTES);
            stage = present;
        }
        return present;
    }
}
