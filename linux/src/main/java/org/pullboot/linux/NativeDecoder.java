package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A decompressor of a C library, driven by pushing bytes into it.
 *
 * <p>Direct buffers are handed to the library as they are; heap buffers are copied. A call allocates nothing. An
 * instance is for one thread at a time, and must be closed: the library's memory is not the collector's.
 */
public abstract sealed class NativeDecoder implements AutoCloseable permits ZstdDecoder, XzDecoder, Bzip2Decoder {
    final MemorySegment scratch;
    int consumed;
    int produced;

    private final String format;
    private final NativeWindow source = new NativeWindow();
    private final NativeWindow sink = new NativeWindow();
    private boolean noMoreInput;
    private boolean ended;
    private boolean closed;

    NativeDecoder(String format, Arena arena) {
        this.format = format;
        this.scratch = arena.allocate(NativeFunction.scratchBytes(), Long.BYTES);
    }

    /**
     * Decompresses as much as the buffers allow, moving their positions. All frames or streams that follow one another
     * are decompressed as one.
     *
     * @param endOfInput whether nothing will follow what {@code in} holds now
     * @return true once the data has ended and {@code out} has been given the last of it; else either {@code out} is
     *     full or {@code in} is used up
     * @throws CodecException when the data is damaged, incomplete, followed by something else, or needs more memory
     *     than allowed; the decoder is then of no more use
     */
    public final boolean decode(ByteBuffer in, ByteBuffer out, boolean endOfInput) throws CodecException {
        if (closed) {
            throw new IllegalStateException("the " + format + " decoder is closed");
        }
        noMoreInput |= endOfInput;
        while (!ended && out.hasRemaining()) {
            source.showContent(in);
            sink.showRoom(out);
            boolean last = noMoreInput && source.length() == in.remaining();
            consumed = 0;
            produced = 0;
            ended = step(source.address(), source.length(), sink.address(), sink.length(), last);
            in.position(in.position() + consumed);
            sink.takeOver(out, produced);
            if (!ended && !in.hasRemaining() && !noMoreInput) {
                return false;
            }
            if (!ended && consumed == 0 && produced == 0) {
                throw new CodecException(
                        last
                                ? "the " + format + " data ends too early: it is incomplete, get it again"
                                : "the " + format + " data is damaged: its decoder makes no progress");
            }
        }
        return ended;
    }

    /**
     * Runs the library once, and leaves what it did in {@link #consumed} and {@link #produced}.
     *
     * @param last whether the {@code inBytes} bytes at {@code in} are the last of the data
     * @return whether the data has ended and all of it was delivered
     */
    abstract boolean step(long in, int inBytes, long out, int outBytes, boolean last) throws CodecException;

    /** Gives the library's memory back. */
    abstract void release();

    final CodecException damaged(String how) {
        return new CodecException("the " + format + " data is damaged (" + how + "): get it again");
    }

    final CodecException foreign(boolean afterData) {
        return new CodecException(
                afterData
                        ? "the " + format + " data is followed by bytes that are not " + format + ": get it again"
                        : "expected " + format + " data, but it does not begin like any");
    }

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            release();
        }
    }
}
