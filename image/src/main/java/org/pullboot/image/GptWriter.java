package org.pullboot.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.UUID;

/** Writes GUID partition tables: the protective MBR, the table at the start and the one at the end. */
public final class GptWriter {
    private static final int MBR_ENTRY_AT = 446;
    private static final int MBR_TYPE_PROTECTIVE = 0xEE;

    private final Gpt gpt;
    private final long sectors;
    private final long entriesSectors;

    private GptWriter(Gpt gpt, long diskBytes) {
        this.gpt = gpt;
        this.sectors = diskBytes / gpt.sectorBytes();
        long entriesBytes = (long) GptHeader.ENTRY_BYTES * GptHeader.ENTRY_COUNT;
        this.entriesSectors = (entriesBytes + gpt.sectorBytes() - 1) / gpt.sectorBytes();
    }

    /**
     * Writes a table to a disk or an image, whose other bytes stay as they are.
     *
     * @param diskBytes the size of the whole disk; an image file grows to it
     * @throws IllegalArgumentException when a partition has a number not in 1 to 128, a label of more than 36 UTF-16
     *     units, is not on sector bounds, or is not between the tables
     * @throws IOException when the disk cannot be written
     */
    public static void write(SeekableByteChannel disk, long diskBytes, Gpt gpt) throws IOException {
        new GptWriter(gpt, diskBytes).write(disk);
    }

    /** The first byte that a partition may have on a disk of such sectors. */
    public static long firstUsableByte(int sectorBytes) {
        return 2L * sectorBytes + Math.max(sectorBytes, GptHeader.ENTRY_BYTES * GptHeader.ENTRY_COUNT);
    }

    private void write(SeekableByteChannel disk) throws IOException {
        byte[] entries = entries();
        put(disk, 0, protectiveMbr());
        put(disk, 2, entries);
        put(disk, sectors - 1 - entriesSectors, entries);
        put(disk, sectors - 1, header(sectors - 1, 1, sectors - 1 - entriesSectors, entries));
        // Last, so that a table that was begun is not taken for a whole one.
        put(disk, 1, header(1, sectors - 1, 2, entries));
    }

    private void put(SeekableByteChannel disk, long lba, byte[] bytes) throws IOException {
        disk.position(lba * gpt.sectorBytes());
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            disk.write(out);
        }
    }

    private byte[] protectiveMbr() {
        ByteBuffer mbr = ByteBuffer.allocate(gpt.sectorBytes()).order(ByteOrder.LITTLE_ENDIAN);
        mbr.position(MBR_ENTRY_AT);
        // From sector 1 on, as cylinder 0, head 0, sector 2; to the end, which is beyond all cylinders.
        mbr.put(new byte[] {0, 0, 2, 0, (byte) MBR_TYPE_PROTECTIVE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
        mbr.putInt(1);
        mbr.putInt((int) Math.min(sectors - 1, 0xFFFF_FFFFL));
        mbr.putShort(510, (short) 0xAA55);
        return mbr.array();
    }

    private byte[] header(long lba, long alternate, long entriesLba, byte[] entries) {
        ByteBuffer header = ByteBuffer.allocate(gpt.sectorBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < GptHeader.SIGNATURE.length(); i++) {
            header.put(i, (byte) GptHeader.SIGNATURE.charAt(i));
        }
        header.putInt(GptHeader.REVISION_AT, GptHeader.REVISION);
        header.putInt(GptHeader.HEADER_BYTES_AT, GptHeader.BYTES);
        header.putLong(GptHeader.MY_LBA_AT, lba);
        header.putLong(GptHeader.ALTERNATE_LBA_AT, alternate);
        header.putLong(GptHeader.FIRST_USABLE_AT, 2 + entriesSectors);
        header.putLong(GptHeader.LAST_USABLE_AT, sectors - 2 - entriesSectors);
        GptGuid.put(header, GptHeader.DISK_GUID_AT, gpt.disk());
        header.putLong(GptHeader.ENTRIES_LBA_AT, entriesLba);
        header.putInt(GptHeader.ENTRY_COUNT_AT, GptHeader.ENTRY_COUNT);
        header.putInt(GptHeader.ENTRY_BYTES_AT, GptHeader.ENTRY_BYTES);
        header.putInt(GptHeader.ENTRIES_CRC_AT, GptHeader.crc(ByteBuffer.wrap(entries)));
        header.putInt(GptHeader.HEADER_CRC_AT, GptHeader.crc(header, GptHeader.BYTES));
        return header.array();
    }

    private byte[] entries() {
        ByteBuffer entries = ByteBuffer.allocate(GptHeader.ENTRY_BYTES * GptHeader.ENTRY_COUNT)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (GptPartition partition : gpt.partitions()) {
            check(partition);
            int at = (partition.number() - 1) * GptHeader.ENTRY_BYTES;
            UUID present = GptGuid.get(entries, at + GptHeader.ENTRY_TYPE);
            if (!present.equals(GptGuid.NONE)) {
                throw new IllegalArgumentException("two partitions have the number " + partition.number());
            }
            long first = partition.offset() / gpt.sectorBytes();
            GptGuid.put(entries, at + GptHeader.ENTRY_TYPE, partition.type());
            GptGuid.put(entries, at + GptHeader.ENTRY_UUID, partition.uuid());
            entries.putLong(at + GptHeader.ENTRY_FIRST_LBA, first);
            entries.putLong(at + GptHeader.ENTRY_LAST_LBA, first + partition.bytes() / gpt.sectorBytes() - 1);
            entries.putLong(at + GptHeader.ENTRY_ATTRIBUTES, partition.attributes());
            for (int i = 0; i < partition.label().length(); i++) {
                entries.putChar(
                        at + GptHeader.ENTRY_LABEL + Character.BYTES * i,
                        partition.label().charAt(i));
            }
        }
        return entries.array();
    }

    private void check(GptPartition partition) {
        int sectorBytes = gpt.sectorBytes();
        long firstUsable = firstUsableByte(sectorBytes);
        long end = (sectors - 1 - entriesSectors) * sectorBytes;
        String name = "partition " + partition.number() + " '" + partition.label() + "' ";
        if (partition.number() < 1 || partition.number() > GptHeader.ENTRY_COUNT) {
            throw new IllegalArgumentException(name + "needs a number from 1 to " + GptHeader.ENTRY_COUNT);
        }
        if (partition.label().length() > GptHeader.ENTRY_LABEL_UNITS) {
            throw new IllegalArgumentException(name + "has a label of more than 36 characters");
        }
        if (partition.type().equals(GptGuid.NONE)) {
            throw new IllegalArgumentException(name + "has no type");
        }
        if (partition.offset() % sectorBytes != 0 || partition.bytes() % sectorBytes != 0 || partition.bytes() <= 0) {
            throw new IllegalArgumentException(name + "is not made of whole sectors of " + sectorBytes + " bytes");
        }
        if (partition.offset() < firstUsable || partition.offset() > end - partition.bytes()) {
            throw new IllegalArgumentException(
                    name + "is not between the tables, from byte " + firstUsable + " to byte " + end);
        }
    }
}
