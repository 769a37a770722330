package org.pullboot.volume;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The checksum of all formats here: CRC-32C. */
final class Checksum {
    private Checksum() {}

    /** Of a range of a buffer, whose position and limit stay. */
    static int of(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }
}
