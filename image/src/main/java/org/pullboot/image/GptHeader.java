package org.pullboot.image;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Where things are in the header of a GUID partition table and in its entries (UEFI specification, tables 5.5, 5.6). */
final class GptHeader {
    static final String SIGNATURE = "EFI PART";
    static final int REVISION = 0x00010000;
    static final int BYTES = 92;

    static final int REVISION_AT = 8;
    static final int HEADER_BYTES_AT = 12;
    static final int HEADER_CRC_AT = 16;
    static final int MY_LBA_AT = 24;
    static final int ALTERNATE_LBA_AT = 32;
    static final int FIRST_USABLE_AT = 40;
    static final int LAST_USABLE_AT = 48;
    static final int DISK_GUID_AT = 56;
    static final int ENTRIES_LBA_AT = 72;
    static final int ENTRY_COUNT_AT = 80;
    static final int ENTRY_BYTES_AT = 84;
    static final int ENTRIES_CRC_AT = 88;

    static final int ENTRY_TYPE = 0;
    static final int ENTRY_UUID = 16;
    static final int ENTRY_FIRST_LBA = 32;
    static final int ENTRY_LAST_LBA = 40;
    static final int ENTRY_ATTRIBUTES = 48;
    static final int ENTRY_LABEL = 56;
    static final int ENTRY_LABEL_UNITS = 36;
    static final int ENTRY_BYTES = 128;
    static final int ENTRY_COUNT = 128;

    private GptHeader() {}

    /** The CRC of the header, which is reckoned with its own field zero. */
    static int crc(ByteBuffer header, int bytes) {
        byte[] copy = new byte[bytes];
        header.get(0, copy);
        for (int i = 0; i < Integer.BYTES; i++) {
            copy[HEADER_CRC_AT + i] = 0;
        }
        return crc(ByteBuffer.wrap(copy));
    }

    /** The CRC of all that the buffer has left; the buffer is left as it is. */
    static int crc(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.slice());
        return (int) crc.getValue();
    }
}
