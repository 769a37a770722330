package org.pullboot.linux;

import java.lang.foreign.Arena;

/** Decompresses Zstandard (RFC 8878) with libzstd: any number of frames, skippable ones too. */
public final class ZstdDecoder extends NativeDecoder {
    /** The smallest window limit libzstd takes, as a power of two. */
    static final int WINDOW_LOG_MIN = 10;

    /** The largest window limit libzstd takes on 64 bits, as a power of two. */
    static final int WINDOW_LOG_MAX = 31;

    private static final int PARAMETER_WINDOW_LOG_MAX = 100;
    private static final int ERROR_PREFIX_UNKNOWN = 10;
    private static final int ERROR_WINDOW_TOO_LARGE = 16;

    private final NativeLibrary library;
    private final NativeFunction decompress;
    private final ZstdBuffer input;
    private final ZstdBuffer output;
    private final long memoryLimit;
    private long context;
    private boolean betweenFrames;
    private boolean anyFrame;

    private ZstdDecoder(NativeLibrary library, Arena arena, long memoryLimit) throws CodecException {
        super("zstd", arena);
        this.library = library;
        this.memoryLimit = memoryLimit;
        this.decompress = library.function("ZSTD_decompressStream");
        this.input = new ZstdBuffer(arena);
        this.output = new ZstdBuffer(arena);
        this.context = library.function("ZSTD_createDStream").call(scratch, 0, 0, 0, 0);
        if (context == 0) {
            throw new CodecException("libzstd has no memory for a decoder");
        }
    }

    /**
     * A new decoder.
     *
     * @param memoryLimit the largest window in bytes that a frame may ask for; it is rounded down to a power of two
     *     within what libzstd allows (1 KiB to 2 GiB)
     * @throws CodecException when libzstd is not on this machine or has no memory left
     */
    public static ZstdDecoder open(long memoryLimit) throws CodecException {
        ZstdDecoder decoder = new ZstdDecoder(ZstdBuffer.library(), Arena.ofAuto(), memoryLimit);
        int windowLog = Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, memoryLimit));
        long answer = decoder.library
                .function("ZSTD_DCtx_setParameter")
                .call(
                        decoder.scratch,
                        decoder.context,
                        PARAMETER_WINDOW_LOG_MAX,
                        Math.clamp(windowLog, WINDOW_LOG_MIN, WINDOW_LOG_MAX),
                        0);
        if (answer < 0) {
            decoder.close();
            throw new CodecException("libzstd does not take a window limit of " + memoryLimit + " bytes");
        }
        return decoder;
    }

    @Override
    boolean step(long in, int inBytes, long out, int outBytes, boolean last) throws CodecException {
        if (betweenFrames && inBytes == 0) {
            return last;
        }
        input.set(in, inBytes);
        output.set(out, outBytes);
        long answer = decompress.call(scratch, context, output.address(), input.address(), 0);
        if (answer < 0) {
            throw refusal(answer);
        }
        consumed = input.position();
        produced = output.position();
        betweenFrames = answer == 0;
        anyFrame |= betweenFrames;
        return betweenFrames && last && consumed == inBytes;
    }

    private CodecException refusal(long answer) throws CodecException {
        return switch ((int) -answer) {
            case ERROR_PREFIX_UNKNOWN -> foreign(anyFrame);
            case ERROR_WINDOW_TOO_LARGE ->
                new CodecException("the zstd data needs a larger window than the " + memoryLimit
                        + " bytes allowed here: compress it without --long or --ultra");
            default -> damaged(ZstdBuffer.errorName(library, scratch, answer));
        };
    }

    @Override
    void release() {
        try {
            library.function("ZSTD_freeDStream").call(scratch, context, 0, 0, 0);
        } catch (CodecException e) {
            throw new AssertionError("a libzstd that makes decoders can free them", e);
        } finally {
            context = 0;
        }
    }
}
