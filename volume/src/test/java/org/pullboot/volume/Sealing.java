package org.pullboot.volume;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/** Puts checksums and the fields that are always the same into bytes that somebody made up. */
final class Sealing {
    private static final UUID ID = new UUID(1, 2);

    private Sealing() {}

    static ByteBuffer seal(String name, byte[] bytes) {
        byte[] whole = Arrays.copyOf(bytes, Math.max(bytes.length, 64));
        return switch (name) {
            case "meta" -> meta(Arrays.copyOf(whole, Meta.SLOT_BYTES));
            case "layers" -> layers(whole);
            case "1/map" -> map(whole);
            default -> log(whole, name.endsWith("1") ? 1 : 0);
        };
    }

    private static ByteBuffer little(byte[] bytes, String magic) {
        ByteBuffer buffer = DiskModel.direct(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return buffer.putLong(0, Meta.magic(magic)).putInt(8, 1);
    }

    private static ByteBuffer meta(byte[] bytes) {
        ByteBuffer buffer = little(bytes, "PBVOLUME");
        return buffer.putInt(4092, Checksum.of(buffer, 0, 4092));
    }

    private static ByteBuffer layers(byte[] bytes) {
        ByteBuffer buffer = little(bytes, "PBLAYERS");
        Meta.putUuid(buffer, 12, ID);
        int end = bytes.length - 4;
        return buffer.putInt(end, Checksum.of(buffer, 0, end));
    }

    private static ByteBuffer header(byte[] bytes, String magic, long generation) {
        ByteBuffer buffer = little(bytes, magic).putInt(12, 1).putLong(32, generation);
        Meta.putUuid(buffer, 16, ID);
        return buffer;
    }

    private static ByteBuffer map(byte[] bytes) {
        ByteBuffer buffer = header(bytes, "PBVOLMAP", 0).putLong(40, 20).putInt(48, (bytes.length - 64) / 8200);
        return buffer.putInt(60, Checksum.of(buffer, 0, 60));
    }

    private static ByteBuffer log(byte[] bytes, long generation) {
        ByteBuffer buffer = header(bytes, "PBVOLLOG", generation).putLong(40, 1);
        buffer.putInt(60, Checksum.of(buffer, 0, 60));
        for (int at = 64, number = 1; at + 32 <= bytes.length; at += 32, number++) {
            buffer.putLong(at + LogFormat.SEQUENCE, number);
            LogFormat.seal(buffer, at);
        }
        return buffer;
    }
}
