package org.pullboot.image;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * GUIDs as they lie on disk: the first three of their five groups are little-endian, the rest is in reading order
 * (UEFI specification, appendix A).
 */
final class GptGuid {
    static final UUID NONE = new UUID(0, 0);

    private GptGuid() {}

    /**
     * Reads 16 bytes at an offset.
     *
     * @param in a little-endian buffer
     */
    static UUID get(ByteBuffer in, int at) {
        long first = in.getInt(at) & 0xFFFF_FFFFL;
        long second = in.getShort(at + 4) & 0xFFFFL;
        long third = in.getShort(at + 6) & 0xFFFFL;
        return new UUID((first << 32) | (second << 16) | third, Long.reverseBytes(in.getLong(at + 8)));
    }

    /**
     * Writes 16 bytes at an offset.
     *
     * @param out a little-endian buffer
     */
    static void put(ByteBuffer out, int at, UUID guid) {
        long high = guid.getMostSignificantBits();
        out.putInt(at, (int) (high >>> 32));
        out.putShort(at + 4, (short) (high >>> 16));
        out.putShort(at + 6, (short) high);
        out.putLong(at + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
    }
}
