package org.pullboot.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads a GUID partition table for {@link Gpt#read}. */
final class GptReader {
    static final int[] SECTOR_BYTES = {512, 4096, 1024, 2048};

    private static final int MAX_ENTRIES_BYTES = 1 << 20;

    private final SeekableByteChannel disk;
    private final long diskBytes;
    private String complaint = "there is none";

    GptReader(SeekableByteChannel disk) throws IOException {
        this.disk = disk;
        this.diskBytes = disk.size();
    }

    Gpt read() throws IOException {
        for (int sectorBytes : SECTOR_BYTES) {
            Optional<Gpt> primary = table(sectorBytes, 1, false);
            if (primary.isPresent()) {
                return primary.get();
            }
        }
        for (int sectorBytes : SECTOR_BYTES) {
            Optional<Gpt> backup = table(sectorBytes, diskBytes / sectorBytes - 1, true);
            if (backup.isPresent()) {
                return backup.get();
            }
        }
        throw new ImageException(
                "expected a GUID partition table at the start or the end of the image, but " + complaint);
    }

    /** The table with its header in a sector, or nothing when there is none in order. */
    private Optional<Gpt> table(int sectorBytes, long lba, boolean fromBackup) throws IOException {
        if (lba < 1 || (lba + 1) * sectorBytes > diskBytes) {
            return Optional.empty();
        }
        ByteBuffer header = read(lba * sectorBytes, sectorBytes);
        if (!FileSystemType.has(header, 0, GptHeader.SIGNATURE)) {
            return Optional.empty();
        }
        int headerBytes = header.getInt(GptHeader.HEADER_BYTES_AT);
        if (header.getInt(GptHeader.REVISION_AT) != GptHeader.REVISION
                || headerBytes < GptHeader.BYTES
                || headerBytes > sectorBytes) {
            return refuse("its header is of an unknown kind");
        }
        if (GptHeader.crc(header, headerBytes) != header.getInt(GptHeader.HEADER_CRC_AT)) {
            return refuse("the checksum of its header is wrong");
        }
        if (header.getLong(GptHeader.MY_LBA_AT) != lba) {
            return refuse("its header belongs elsewhere");
        }
        int entryBytes = header.getInt(GptHeader.ENTRY_BYTES_AT);
        int entryCount = header.getInt(GptHeader.ENTRY_COUNT_AT);
        long entriesLba = header.getLong(GptHeader.ENTRIES_LBA_AT);
        if (entryBytes < GptHeader.ENTRY_BYTES
                || Integer.bitCount(entryBytes) != 1
                || entryCount < 1
                || entryCount > MAX_ENTRIES_BYTES / entryBytes) {
            return refuse("it claims " + Integer.toUnsignedString(entryCount) + " entries of "
                    + Integer.toUnsignedString(entryBytes) + " bytes");
        }
        int entriesBytes = entryBytes * entryCount;
        if (entriesLba < 1 || entriesLba > (diskBytes - entriesBytes) / sectorBytes) {
            return refuse("its entries are not inside the image");
        }
        ByteBuffer entries = read(entriesLba * sectorBytes, entriesBytes);
        if (GptHeader.crc(entries) != header.getInt(GptHeader.ENTRIES_CRC_AT)) {
            return refuse("the checksum of its entries is wrong");
        }
        List<GptPartition> partitions = new ArrayList<>();
        for (int i = 0; i < entryCount; i++) {
            int at = i * entryBytes;
            if (!GptGuid.get(entries, at + GptHeader.ENTRY_TYPE).equals(GptGuid.NONE)) {
                partitions.add(partition(entries, at, i + 1, sectorBytes));
            }
        }
        UUID name = GptGuid.get(header, GptHeader.DISK_GUID_AT);
        return Optional.of(new Gpt(sectorBytes, name, partitions, fromBackup));
    }

    private Optional<Gpt> refuse(String reason) {
        complaint = reason;
        return Optional.empty();
    }

    private GptPartition partition(ByteBuffer entries, int at, int number, int sectorBytes) throws ImageException {
        long first = entries.getLong(at + GptHeader.ENTRY_FIRST_LBA);
        long last = entries.getLong(at + GptHeader.ENTRY_LAST_LBA);
        String label = label(entries, at + GptHeader.ENTRY_LABEL);
        if (first < 1 || last < first) {
            throw new ImageException("partition " + number + " '" + label + "' of the image has no sensible bounds");
        }
        if (last >= diskBytes / sectorBytes) {
            throw new ImageException("partition " + number + " '" + label + "' ends in sector " + last
                    + ", but the image ends before it, after " + diskBytes + " bytes: it is incomplete, get it again");
        }
        return new GptPartition(
                number,
                GptGuid.get(entries, at + GptHeader.ENTRY_TYPE),
                GptGuid.get(entries, at + GptHeader.ENTRY_UUID),
                first * sectorBytes,
                (last - first + 1) * sectorBytes,
                entries.getLong(at + GptHeader.ENTRY_ATTRIBUTES),
                label);
    }

    private static String label(ByteBuffer entries, int at) {
        StringBuilder label = new StringBuilder(GptHeader.ENTRY_LABEL_UNITS);
        for (int i = 0; i < GptHeader.ENTRY_LABEL_UNITS; i++) {
            char unit = entries.getChar(at + Character.BYTES * i);
            if (unit == 0) {
                break;
            }
            label.append(unit);
        }
        return label.toString();
    }

    private ByteBuffer read(long offset, int bytes) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        disk.position(offset);
        while (in.hasRemaining()) {
            if (disk.read(in) < 0) {
                throw new ImageException("the image became shorter while its partition table was read");
            }
        }
        return in.flip();
    }
}
