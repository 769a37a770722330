package org.pullboot.volume;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an allocation log, {@code log.N} for generation N: a header and records, little-endian, each with the
 * CRC-32C of its own bytes. Records are numbered without a gap; the first that is not valid ends the log. What follows
 * it is room taken in advance, zero.
 */
final class LogFormat {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 64;
    static final int RECORD_BYTES = 32;
    static final String PREFIX = "log.";

    /** The blocks of the run are in the layer's data. */
    static final int DATA = 1;

    /** The blocks of the run are zero. */
    static final int ZERO = 2;

    /** All up to the sequence number in the place of the first block is durable, and so is the data it speaks of. */
    static final int COMMIT = 3;

    static final int TYPE = 4;
    static final int SEQUENCE = 8;
    static final int FIRST = 16;
    static final int COUNT = 24;
    static final int BOOT = 28;

    private static final long MAGIC = Meta.magic("PBVOLLOG");

    private LogFormat() {}

    /**
     * What a log says of itself.
     *
     * @param boot which boot of the server machine it was begun in
     * @param first the sequence number of its first record
     */
    record Header(UUID uuid, int layer, long generation, long first, int boot) {}

    static ByteBuffer encode(Header header) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, MAGIC).putInt(8, VERSION).putInt(12, header.layer);
        Meta.putUuid(bytes, 16, header.uuid);
        bytes.putLong(32, header.generation).putLong(40, header.first).putInt(48, header.boot);
        return bytes.putInt(60, Checksum.of(bytes, 0, 60));
    }

    /** The header, or null when it is not one. */
    static @Nullable Header decode(ByteBuffer bytes) {
        if (bytes.getLong(0) != MAGIC
                || bytes.getInt(8) != VERSION
                || bytes.getInt(60) != Checksum.of(bytes, 0, 60)
                || bytes.getLong(40) < 1
                || bytes.getLong(40) > Long.MAX_VALUE / 2) {
            return null;
        }
        return new Header(
                Meta.uuid(bytes, 16), bytes.getInt(12), bytes.getLong(32), bytes.getLong(40), bytes.getInt(48));
    }

    /** Puts a record at the buffer's position, without its checksum. */
    static void put(ByteBuffer bytes, int type, long sequence, long first, int count, int boot) {
        bytes.putInt(0)
                .putInt(type)
                .putLong(sequence)
                .putLong(first)
                .putInt(count)
                .putInt(boot);
    }

    /** Gives a record its checksum. */
    static void seal(ByteBuffer bytes, int at) {
        bytes.putInt(at, Checksum.of(bytes, at + 4, at + RECORD_BYTES));
    }

    /** Whether there is a valid record with this number. */
    static boolean valid(ByteBuffer bytes, int at, long sequence, long blocks) {
        int type = bytes.getInt(at + TYPE);
        long first = bytes.getLong(at + FIRST);
        long count = Integer.toUnsignedLong(bytes.getInt(at + COUNT));
        if (bytes.getLong(at + SEQUENCE) != sequence
                || bytes.getInt(at) != Checksum.of(bytes, at + 4, at + RECORD_BYTES)) {
            return false;
        }
        if (type == COMMIT) {
            return first >= 0 && first < sequence;
        }
        return (type == DATA || type == ZERO) && first >= 0 && count > 0 && first <= blocks - count;
    }
}
