package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Compresses to one Zstandard frame (RFC 8878) with a checksum, with libzstd, driven by pushing bytes into it.
 *
 * <p>Direct buffers are handed to the library as they are; heap buffers are copied. An instance is for one thread at a
 * time, and must be closed.
 */
public final class ZstdEncoder implements AutoCloseable {
    private static final int PARAMETER_LEVEL = 100;
    private static final int PARAMETER_CHECKSUM = 201;
    private static final int PARAMETER_WORKERS = 400;
    private static final int CONTINUE = 0;
    private static final int END = 2;

    private final NativeLibrary library;
    private final NativeFunction compress;
    private final MemorySegment scratch;
    private final ZstdBuffer input;
    private final ZstdBuffer output;
    private final NativeWindow source = new NativeWindow();
    private final NativeWindow sink = new NativeWindow();
    private long context;
    private boolean ended;

    private ZstdEncoder(NativeLibrary library, Arena arena) throws CodecException {
        this.library = library;
        this.compress = library.function("ZSTD_compressStream2");
        this.scratch = arena.allocate(NativeFunction.scratchBytes(), Long.BYTES);
        this.input = new ZstdBuffer(arena);
        this.output = new ZstdBuffer(arena);
        this.context = library.function("ZSTD_createCCtx").call(scratch, 0, 0, 0, 0);
        if (context == 0) {
            throw new CodecException("libzstd has no memory for an encoder");
        }
    }

    /**
     * A new encoder.
     *
     * @param level 1 (fast) to 22 (small); memory grows with it, to more than 1 GiB above 19
     * @param workers threads that compress beside the caller's; 0 makes the caller's do the work. The result depends on
     *     whether there are any, not on how many
     * @throws CodecException when libzstd is not on this machine or has no memory left
     * @throws IllegalArgumentException when the level is not 1 to 22 or workers not 0 to 64
     */
    public static ZstdEncoder open(int level, int workers) throws CodecException {
        if (level < 1 || level > 22) {
            throw new IllegalArgumentException("a zstd level is 1 to 22, not " + level);
        }
        if (workers < 0 || workers > 64) {
            throw new IllegalArgumentException("zstd takes 0 to 64 workers, not " + workers);
        }
        ZstdEncoder encoder = new ZstdEncoder(ZstdBuffer.library(), Arena.ofAuto());
        try {
            encoder.set(PARAMETER_LEVEL, level);
            encoder.set(PARAMETER_CHECKSUM, 1);
            encoder.set(PARAMETER_WORKERS, workers);
        } catch (CodecException e) {
            encoder.close();
            throw e;
        }
        return encoder;
    }

    /**
     * Tells how many bytes will be compressed, before the first of them: the frame then says so to its readers.
     *
     * @throws CodecException when libzstd refuses, as it does after the first byte
     */
    public void announce(long bytes) throws CodecException {
        checked(library.function("ZSTD_CCtx_setPledgedSrcSize").call(scratch, context, bytes, 0, 0));
    }

    /**
     * Compresses as much as the buffers allow, moving their positions.
     *
     * @param endOfInput whether nothing will follow what {@code in} holds now
     * @return true once the frame is complete and {@code out} has been given the last of it; else either {@code out} is
     *     full or {@code in} is used up
     * @throws CodecException when libzstd has no memory left, or the announced size was wrong
     */
    public boolean encode(ByteBuffer in, ByteBuffer out, boolean endOfInput) throws CodecException {
        if (context == 0) {
            throw new IllegalStateException("the zstd encoder is closed");
        }
        while (!ended && out.hasRemaining() && (endOfInput || in.hasRemaining())) {
            source.showContent(in);
            sink.showRoom(out);
            boolean last = endOfInput && source.length() == in.remaining();
            input.set(source.address(), source.length());
            output.set(sink.address(), sink.length());
            long left =
                    checked(compress.call(scratch, context, output.address(), input.address(), last ? END : CONTINUE));
            in.position(in.position() + input.position());
            sink.takeOver(out, output.position());
            ended = last && left == 0;
        }
        return ended;
    }

    private void set(int parameter, int value) throws CodecException {
        checked(library.function("ZSTD_CCtx_setParameter").call(scratch, context, parameter, value, 0));
    }

    private long checked(long answer) throws CodecException {
        if (answer < 0) {
            throw new CodecException("libzstd cannot compress: " + ZstdBuffer.errorName(library, scratch, answer));
        }
        return answer;
    }

    @Override
    public void close() {
        if (context != 0) {
            try {
                library.function("ZSTD_freeCCtx").call(scratch, context, 0, 0, 0);
            } catch (CodecException e) {
                throw new AssertionError("a libzstd that makes encoders can free them", e);
            } finally {
                context = 0;
            }
        }
    }
}
