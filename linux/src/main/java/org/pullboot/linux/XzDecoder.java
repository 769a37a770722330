package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Decompresses .xz with liblzma: any number of streams with their padding, and several blocks at once where the file
 * has several, the library can, and the memory suffices. Decompresses .lzma, the format before that, as well.
 */
public final class XzDecoder extends NativeDecoder {
    static final long STREAM_BYTES = 136;
    static final long NEXT_IN = 0;
    static final long AVAIL_IN = 8;
    static final long NEXT_OUT = 24;
    static final long AVAIL_OUT = 32;

    static final long MT_BYTES = 128;
    static final long MT_FLAGS = 0;
    static final long MT_THREADS = 4;
    static final long MT_MEMLIMIT_THREADING = 64;
    static final long MT_MEMLIMIT_STOP = 72;

    private static final int CONCATENATED = 0x08;
    private static final int RUN = 0;
    private static final int FINISH = 3;
    private static final int OK = 0;
    private static final int STREAM_END = 1;
    private static final int MEM_ERROR = 5;
    private static final int MEMLIMIT_ERROR = 6;
    private static final int FORMAT_ERROR = 7;
    private static final int OPTIONS_ERROR = 8;
    private static final int DATA_ERROR = 9;
    private static final int BUF_ERROR = 10;

    private final String format;
    private final NativeFunction code;
    private final NativeFunction end;
    private final MemorySegment stream;
    private final long memoryLimit;
    private boolean anyData;

    private XzDecoder(String format, NativeLibrary library, Arena arena, long memoryLimit) throws CodecException {
        super(format, arena);
        this.format = format;
        this.memoryLimit = memoryLimit;
        this.code = library.function("lzma_code");
        this.end = library.function("lzma_end");
        this.stream = arena.allocate(STREAM_BYTES, Long.BYTES);
    }

    /**
     * A new decoder.
     *
     * @param threads how many blocks to decompress at once, at least 1
     * @param memoryLimit the most bytes that the library may use: it uses fewer threads, then refuses
     * @throws CodecException when liblzma is not on this machine or has no memory left
     */
    public static XzDecoder open(int threads, long memoryLimit) throws CodecException {
        NativeLibrary library = library();
        Arena arena = Arena.ofAuto();
        XzDecoder decoder = new XzDecoder("xz", library, arena, memoryLimit);
        // Since liblzma 5.4.0; older ones have the decoder that does one block after the other.
        Optional<NativeFunction> parallel = threads > 1 ? library.find("lzma_stream_decoder_mt") : Optional.empty();
        int answer;
        if (parallel.isPresent()) {
            MemorySegment options = arena.allocate(MT_BYTES, Long.BYTES);
            options.set(ValueLayout.JAVA_INT, MT_FLAGS, CONCATENATED);
            options.set(ValueLayout.JAVA_INT, MT_THREADS, threads);
            options.set(ValueLayout.JAVA_LONG, MT_MEMLIMIT_THREADING, memoryLimit);
            options.set(ValueLayout.JAVA_LONG, MT_MEMLIMIT_STOP, memoryLimit);
            answer = (int) parallel.get().call(decoder.scratch, decoder.stream.address(), options.address(), 0, 0);
        } else {
            answer = (int) library.function("lzma_stream_decoder")
                    .call(decoder.scratch, decoder.stream.address(), memoryLimit, CONCATENATED, 0);
        }
        return decoder.unless(answer);
    }

    /**
     * A new decoder for the format of LZMA Utils, of which a file holds one stream; what stands behind it is not read.
     *
     * @param memoryLimit the most bytes that the library may use
     * @throws CodecException when liblzma is not on this machine or has no memory left
     */
    public static XzDecoder openLzma(long memoryLimit) throws CodecException {
        NativeLibrary library = library();
        XzDecoder decoder = new XzDecoder("lzma", library, Arena.ofAuto(), memoryLimit);
        return decoder.unless((int) library.function("lzma_alone_decoder")
                .call(decoder.scratch, decoder.stream.address(), memoryLimit, 0, 0));
    }

    private static NativeLibrary library() throws CodecException {
        return NativeLibrary.load("liblzma5 (Debian) or xz-libs (Fedora) or xz (Arch)", "liblzma.so.5");
    }

    /** This decoder, unless making it failed. */
    private XzDecoder unless(int answer) throws CodecException {
        if (answer != OK) {
            close();
            throw new CodecException("liblzma cannot make a decoder (its error " + answer + ")");
        }
        return this;
    }

    @Override
    boolean step(long in, int inBytes, long out, int outBytes, boolean last) throws CodecException {
        stream.set(ValueLayout.JAVA_LONG, NEXT_IN, in);
        stream.set(ValueLayout.JAVA_LONG, AVAIL_IN, inBytes);
        stream.set(ValueLayout.JAVA_LONG, NEXT_OUT, out);
        stream.set(ValueLayout.JAVA_LONG, AVAIL_OUT, outBytes);
        int answer = (int) code.call(scratch, stream.address(), last ? FINISH : RUN, 0, 0);
        consumed = inBytes - (int) stream.get(ValueLayout.JAVA_LONG, AVAIL_IN);
        produced = outBytes - (int) stream.get(ValueLayout.JAVA_LONG, AVAIL_OUT);
        anyData |= produced > 0;
        return switch (answer) {
            case OK, BUF_ERROR -> false;
            case STREAM_END -> true;
            case MEM_ERROR ->
                throw new CodecException("liblzma has no memory left to decompress the " + format + " data");
            case MEMLIMIT_ERROR ->
                throw new CodecException("the " + format + " data needs more memory to decompress than the "
                        + memoryLimit + " bytes allowed here: compress it with a smaller dictionary");
            case FORMAT_ERROR -> throw foreign(anyData);
            case OPTIONS_ERROR -> throw damaged("or made with options that this liblzma does not know");
            // What is after a stream and is neither padding nor another one is a data error too.
            case DATA_ERROR ->
                throw damaged("its checksums do not match, or it is followed by bytes that are not " + format);
            default -> throw damaged("liblzma's error " + answer);
        };
    }

    @Override
    void release() {
        end.call(scratch, stream.address(), 0, 0, 0);
    }
}
