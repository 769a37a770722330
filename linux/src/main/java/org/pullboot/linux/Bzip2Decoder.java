package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Decompresses bzip2 with libbz2: any number of streams. */
public final class Bzip2Decoder extends NativeDecoder {
    static final long STREAM_BYTES = 80;
    static final long NEXT_IN = 0;
    static final long AVAIL_IN = 8;
    static final long NEXT_OUT = 24;
    static final long AVAIL_OUT = 32;

    private static final int OK = 0;
    private static final int STREAM_END = 4;
    private static final int MEM_ERROR = -3;
    private static final int DATA_ERROR = -4;
    private static final int DATA_ERROR_MAGIC = -5;

    private final NativeFunction start;
    private final NativeFunction decompress;
    private final NativeFunction end;
    private final MemorySegment stream;
    private boolean betweenStreams;
    private boolean anyStream;

    private Bzip2Decoder(NativeLibrary library, Arena arena) throws CodecException {
        super("bzip2", arena);
        this.start = library.function("BZ2_bzDecompressInit");
        this.decompress = library.function("BZ2_bzDecompress");
        this.end = library.function("BZ2_bzDecompressEnd");
        this.stream = arena.allocate(STREAM_BYTES, Long.BYTES);
    }

    /**
     * A new decoder; it uses about 4 MiB.
     *
     * @throws CodecException when libbz2 is not on this machine or has no memory left
     */
    public static Bzip2Decoder open() throws CodecException {
        NativeLibrary library = NativeLibrary.load(
                "libbz2-1.0 (Debian) or bzip2-libs (Fedora) or bzip2 (Arch)", "libbz2.so.1.0", "libbz2.so.1");
        Bzip2Decoder decoder = new Bzip2Decoder(library, Arena.ofAuto());
        decoder.start();
        return decoder;
    }

    private void start() throws CodecException {
        stream.fill((byte) 0);
        int answer = (int) start.call(scratch, stream.address(), 0, 0, 0);
        if (answer != OK) {
            throw new CodecException("libbz2 cannot make a decoder (its error " + answer + ")");
        }
    }

    @Override
    boolean step(long in, int inBytes, long out, int outBytes, boolean last) throws CodecException {
        if (betweenStreams) {
            if (inBytes == 0) {
                return last;
            }
            end.call(scratch, stream.address(), 0, 0, 0);
            start();
        }
        stream.set(ValueLayout.JAVA_LONG, NEXT_IN, in);
        stream.set(ValueLayout.JAVA_INT, AVAIL_IN, inBytes);
        stream.set(ValueLayout.JAVA_LONG, NEXT_OUT, out);
        stream.set(ValueLayout.JAVA_INT, AVAIL_OUT, outBytes);
        int answer = (int) decompress.call(scratch, stream.address(), 0, 0, 0);
        consumed = inBytes - stream.get(ValueLayout.JAVA_INT, AVAIL_IN);
        produced = outBytes - stream.get(ValueLayout.JAVA_INT, AVAIL_OUT);
        betweenStreams = answer == STREAM_END;
        anyStream |= betweenStreams;
        return switch (answer) {
            case OK -> false;
            case STREAM_END -> last && consumed == inBytes;
            case MEM_ERROR -> throw new CodecException("libbz2 has no memory left to decompress the bzip2 data");
            case DATA_ERROR -> throw damaged("its checksums do not match");
            case DATA_ERROR_MAGIC -> throw foreign(anyStream);
            default -> throw damaged("libbz2's error " + answer);
        };
    }

    @Override
    void release() {
        end.call(scratch, stream.address(), 0, 0, 0);
    }
}
