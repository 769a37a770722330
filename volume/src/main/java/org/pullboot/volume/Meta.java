package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a volume is: the file {@code meta}, two slots of 4 KiB of which the valid one with the higher sequence number
 * counts, little-endian. A change goes into the other slot, so that one is always whole.
 *
 * @param sequence counts the changes
 * @param base the identity of the base, empty for none
 * @param baseSize the bytes of the base, 0 for none
 */
record Meta(UUID uuid, long sequence, long size, long limit, boolean durable, String base, long baseSize) {
    static final String NAME = "meta";
    static final int SLOT_BYTES = 4096;
    static final int VERSION = 1;

    private static final long MAGIC = magic("PBVOLUME");
    private static final int DURABLE = 1;
    private static final int FLAGS = 12;
    private static final int UUID_AT = 16;
    private static final int SEQUENCE = 32;
    private static final int SIZE = 40;
    private static final int LIMIT = 48;
    private static final int BASE_SIZE = 56;
    private static final int BASE_LENGTH = 64;
    private static final int BASE = 66;
    private static final int CRC = SLOT_BYTES - 4;

    static long magic(String eight) {
        return ByteBuffer.wrap(eight.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    static void putUuid(ByteBuffer bytes, int at, UUID uuid) {
        ByteBuffer big = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
        big.putLong(at, uuid.getMostSignificantBits()).putLong(at + 8, uuid.getLeastSignificantBits());
    }

    static UUID uuid(ByteBuffer bytes, int at) {
        ByteBuffer big = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
        return new UUID(big.getLong(at), big.getLong(at + 8));
    }

    Meta withLimit(long bytes) {
        return new Meta(uuid, sequence + 1, size, bytes, durable, base, baseSize);
    }

    /** Puts it in its slot; the caller makes that durable. */
    void write(VolumeFile file) throws IOException {
        file.write(encode(), sequence % 2 * SLOT_BYTES);
    }

    ByteBuffer encode() {
        ByteBuffer slot = ByteBuffer.allocateDirect(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        byte[] id = base.getBytes(StandardCharsets.UTF_8);
        slot.putLong(0, MAGIC).putInt(8, VERSION).putInt(FLAGS, durable ? DURABLE : 0);
        putUuid(slot, UUID_AT, uuid);
        slot.putLong(SEQUENCE, sequence).putLong(SIZE, size).putLong(LIMIT, limit);
        slot.putLong(BASE_SIZE, baseSize).putShort(BASE_LENGTH, (short) id.length);
        slot.put(BASE, id);
        return slot.putInt(CRC, Checksum.of(slot, 0, CRC));
    }

    /**
     * Reads the slot that counts.
     *
     * @throws VolumeFormatException when no slot is valid
     */
    static Meta read(VolumeFile file, Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(2 * SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long there = Math.min(file.size(), bytes.capacity());
        file.read(bytes.limit((int) there), 0);
        bytes.clear();
        Meta first = decode(bytes.slice(0, SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN), path);
        Meta second = decode(bytes.slice(SLOT_BYTES, SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN), path);
        if (first == null && second == null) {
            throw new VolumeFormatException(
                    path + " has no valid description of a volume: it is damaged or something else");
        }
        if (first == null || (second != null && second.sequence > first.sequence)) {
            return Objects.requireNonNull(second);
        }
        return first;
    }

    private static @Nullable Meta decode(ByteBuffer slot, Path path) throws VolumeFormatException {
        if (slot.getLong(0) != MAGIC || slot.getInt(CRC) != Checksum.of(slot, 0, CRC)) {
            return null;
        }
        if (slot.getInt(8) != VERSION) {
            throw new VolumeFormatException(
                    path + " is of version " + slot.getInt(8) + ", and only version 1 is known: use a newer pullboot");
        }
        int length = Short.toUnsignedInt(slot.getShort(BASE_LENGTH));
        if (length > BaseImage.IDENTITY_BYTES) {
            return null;
        }
        byte[] id = new byte[length];
        slot.get(BASE, id);
        long size = slot.getLong(SIZE);
        long baseSize = slot.getLong(BASE_SIZE);
        boolean sizes = size > 0 && size <= VolumeOptions.LARGEST && size % BlockDevice.SECTOR == 0;
        if (!sizes || baseSize < 0 || baseSize > size || slot.getLong(LIMIT) < 0 || slot.getLong(SEQUENCE) < 0) {
            return null;
        }
        return new Meta(
                uuid(slot, UUID_AT),
                slot.getLong(SEQUENCE),
                size,
                slot.getLong(LIMIT),
                (slot.getInt(FLAGS) & DURABLE) != 0,
                new String(id, StandardCharsets.UTF_8),
                baseSize);
    }
}
