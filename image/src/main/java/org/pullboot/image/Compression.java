package org.pullboot.image;

import java.nio.ByteBuffer;
import org.pullboot.linux.Bzip2Decoder;
import org.pullboot.linux.CodecException;
import org.pullboot.linux.XzDecoder;
import org.pullboot.linux.ZstdDecoder;

/** How the bytes of a file are compressed; told by its first bytes, never by its name. */
public enum Compression {
    /** Not at all, or in a way that is not known here. */
    NONE(""),
    /** RFC 1952. */
    GZIP(".gz"),
    /** The .xz format of XZ Utils, version 1.1. */
    XZ(".xz"),
    /** RFC 8878. */
    ZSTD(".zst"),
    /** bzip2. */
    BZIP2(".bz2"),
    /** The format of LZMA Utils, which has no magic number, so that {@link #detect} never tells it. */
    LZMA(".lzma");

    /** How many of the first bytes {@link #detect} wants; a file may be shorter. */
    public static final int PROBE_BYTES = 6;

    /** How much memory a decompressor may use when nothing else is said: enough for all that the usual tools make. */
    public static final long DEFAULT_MEMORY_LIMIT = 256L << 20;

    private static final int GZIP_MAGIC = 0x1F8B08;
    private static final long XZ_MAGIC = 0xFD377A585A00L;
    private static final int ZSTD_MAGIC = 0x28B52FFD;
    private static final int SKIPPABLE_MAGIC = 0x502A4D18;
    private static final int SKIPPABLE_MASK = 0xF0FFFFFF;
    private static final int BZIP2_MAGIC = 0x425A68;
    private static final int MOST_THREADS = 4;

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    /** What file names of this compression usually end with, as in ".zst"; empty for {@link #NONE}. */
    public String suffix() {
        return suffix;
    }

    /**
     * Tells the compression of a file.
     *
     * @param head the first bytes of the file from the position on, {@value #PROBE_BYTES} if it has as many; the
     *     buffer is left as it is
     */
    public static Compression detect(ByteBuffer head) {
        long magic = 0;
        for (int i = 0; i < PROBE_BYTES; i++) {
            int next = i < head.remaining() ? head.get(head.position() + i) & 0xFF : 0;
            magic = (magic << 8) | next;
        }
        int first4 = (int) (magic >>> 16);
        int first3 = first4 >>> 8;
        if (head.remaining() >= PROBE_BYTES && magic == XZ_MAGIC) {
            return XZ;
        }
        // A zstd file may begin with a skippable frame, as pzstd writes it.
        if (first4 == ZSTD_MAGIC || (first4 & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
            return ZSTD;
        }
        if (first3 == GZIP_MAGIC) {
            return GZIP;
        }
        int level = first4 & 0xFF;
        int block = (int) (magic >>> 8) & 0xFF;
        if (first3 == BZIP2_MAGIC && level >= '1' && level <= '9' && (block == 0x31 || block == 0x17)) {
            return BZIP2;
        }
        return NONE;
    }

    /**
     * A new decompressor that may use {@link #DEFAULT_MEMORY_LIMIT} of memory.
     *
     * @throws ImageException when the machine lacks the library that this compression needs
     */
    public Decompressor decompressor() throws ImageException {
        return decompressor(DEFAULT_MEMORY_LIMIT);
    }

    /**
     * A new decompressor.
     *
     * @param memoryLimit the most bytes of memory that it may use for windows and dictionaries; data that needs more is
     *     refused by {@link Decompressor#decode}
     * @throws ImageException when the machine lacks the library that this compression needs
     */
    public Decompressor decompressor(long memoryLimit) throws ImageException {
        try {
            return switch (this) {
                case NONE -> new StoredBytes();
                case GZIP -> new GzipDecompressor();
                case XZ -> new NativeDecompressor(XzDecoder.open(threads(), memoryLimit));
                case ZSTD -> new NativeDecompressor(ZstdDecoder.open(memoryLimit));
                case BZIP2 -> new NativeDecompressor(Bzip2Decoder.open());
                case LZMA -> new NativeDecompressor(XzDecoder.openLzma(memoryLimit));
            };
        } catch (CodecException e) {
            throw new ImageException("decompressing " + this + " data: " + e.getMessage(), e);
        }
    }

    private static int threads() {
        return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    }
}
