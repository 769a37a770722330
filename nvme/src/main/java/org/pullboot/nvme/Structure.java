package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Little-endian data structures that go to a host, zero where nothing is put. */
final class Structure {
    private Structure() {}

    /** Zeroes, little-endian, from position 0 to the limit. */
    static ByteBuffer ofBytes(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Puts printable ASCII text into a field and fills it up.
     *
     * @throws IllegalArgumentException when it does not fit
     */
    static void putText(ByteBuffer structure, int offset, int length, String text, char filler) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > length) {
            throw new IllegalArgumentException("'" + text + "' does not fit into " + length + " bytes");
        }
        structure.put(offset, bytes);
        for (int i = bytes.length; i < length; i++) {
            structure.put(offset + i, (byte) filler);
        }
    }

    /** Puts the 16 bytes of a UUID in the order in which it is written, the opposite of all other fields. */
    static void putUuid(ByteBuffer structure, int offset, UUID uuid) {
        ByteBuffer bigEndian = structure.duplicate().order(ByteOrder.BIG_ENDIAN);
        bigEndian.putLong(offset, uuid.getMostSignificantBits());
        bigEndian.putLong(offset + Long.BYTES, uuid.getLeastSignificantBits());
    }
}
