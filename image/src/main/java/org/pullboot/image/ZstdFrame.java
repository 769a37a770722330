package org.pullboot.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/** What the header of a Zstandard frame tells (RFC 8878, section 3.1.1.1). */
public final class ZstdFrame {
    /** How many of the first bytes {@link #contentSize} wants. */
    public static final int PROBE_BYTES = 18;

    private static final int MAGIC = 0xFD2FB528;
    private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
    private static final int[] SIZE_BYTES = {0, 2, 4, 8};
    private static final int SINGLE_SEGMENT = 0x20;

    private ZstdFrame() {}

    /**
     * How many bytes the frame unpacks to, when its header says so. It is what the maker claims, and other frames may
     * follow: a hint of what is needed, not a promise.
     *
     * @param head the first bytes of the frame from the position on; the buffer is left as it is
     * @return the size in bytes, never negative
     */
    public static OptionalLong contentSize(ByteBuffer head) {
        ByteBuffer in = head.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < 5 || in.getInt(0) != MAGIC) {
            return OptionalLong.empty();
        }
        int descriptor = in.get(4) & 0xFF;
        boolean single = (descriptor & SINGLE_SEGMENT) != 0;
        int sizeBytes = SIZE_BYTES[descriptor >>> 6];
        if (sizeBytes == 0 && single) {
            sizeBytes = 1;
        }
        int at = 5 + (single ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3];
        if (sizeBytes == 0 || in.remaining() < at + sizeBytes) {
            return OptionalLong.empty();
        }
        long size = 0;
        for (int i = sizeBytes - 1; i >= 0; i--) {
            size = (size << 8) | (in.get(at + i) & 0xFF);
        }
        // A two-byte size counts from 256, for the one-byte form has what is below.
        long bytes = sizeBytes == 2 ? size + 256 : size;
        return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
    }
}
