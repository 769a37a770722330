package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where a PE image keeps what signatures do not cover, its checksum and its certificate table, and what they do cover (Microsoft,
 * "Windows Authenticode Portable Executable Signature Format", "Calculating the PE Image Hash").
 *
 * @param checksum where the CheckSum field is in the file
 * @param directory where the entry for the certificate table is
 * @param tableOffset where the certificate table begins; the file's size when there is none
 * @param tableSize its bytes
 * @param fileSize of the whole file
 * @param covered ranges of the file that are hashed, in that order
 */
record AuthenticodeImage(
        long checksum, long directory, long tableOffset, long tableSize, long fileSize, List<Range> covered) {
    static final int ALIGNMENT = 8;

    private static final int SECURITY_DIRECTORY = 4;
    private static final int DIRECTORY_ENTRY = 8;
    private static final int CHECKSUM_SIZE = 4;
    private static final int CHUNK = 256 << 10;

    /** Bytes of a file. */
    record Range(long from, long to) {}

    AuthenticodeImage {
        covered = List.copyOf(covered);
    }

    static AuthenticodeImage read(FileChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(channel.size(), PeFile.MAX_HEADERS))
                .order(ByteOrder.LITTLE_ENDIAN);
        while (head.hasRemaining() && channel.read(head, head.position()) > 0) {
            // More to come.
        }
        return of(head.flip(), channel.size());
    }

    private static AuthenticodeImage of(ByteBuffer head, long fileSize) throws PeException {
        PeFile pe = PeFile.parse(head, fileSize);
        int directories = pe.optionalHeader() + (pe.wide() ? 112 : 96);
        int entry = directories + SECURITY_DIRECTORY * DIRECTORY_ENTRY;
        long count = u32(head, directories - 4);
        if (count <= SECURITY_DIRECTORY || entry + DIRECTORY_ENTRY > pe.sectionTable()) {
            throw new PeException("the image has room for " + count + " data directories, of which the fifth would"
                    + " be for signatures: it cannot be signed");
        }
        long table = u32(head, entry);
        long size = u32(head, entry + 4);
        if (size == 0) {
            table = fileSize;
        } else if (table % ALIGNMENT != 0 || table + size != fileSize || table < pe.sectionTable()) {
            throw new PeException("the certificate table should be at the end of the file's " + fileSize
                    + " bytes, but has " + size + " bytes from byte " + table);
        }
        long checksum = (long) pe.optionalHeader() + PeFile.CHECKSUM;
        return new AuthenticodeImage(checksum, entry, table, size, fileSize, ranges(pe, checksum, entry, table));
    }

    private static List<Range> ranges(PeFile pe, long checksum, long entry, long end) throws PeException {
        long headers = pe.sectionTable() + (long) pe.sections().size() * PeSection.HEADER;
        if (pe.headersSize() < headers || pe.headersSize() > end) {
            throw new PeException(
                    "the image says that its headers have " + pe.headersSize() + " bytes, but they have " + headers);
        }
        List<Range> ranges = new ArrayList<>();
        ranges.add(new Range(0, checksum));
        ranges.add(new Range(checksum + CHECKSUM_SIZE, entry));
        ranges.add(new Range(entry + DIRECTORY_ENTRY, pe.headersSize()));
        long position = pe.headersSize();
        List<PeSection> sections = pe.sections().stream()
                .filter(section -> section.rawSize() > 0)
                .sorted(Comparator.comparingLong(PeSection::rawOffset))
                .toList();
        for (PeSection section : sections) {
            if (section.rawOffset() != position || section.rawSize() > end - position) {
                throw new PeException("section " + section.name() + " begins at byte " + section.rawOffset()
                        + " of the file and should begin at byte " + position + " and end by byte " + end
                        + ", so that a signature covers all");
            }
            position += section.rawSize();
            ranges.add(new Range(section.rawOffset(), position));
        }
        ranges.add(new Range(position, end));
        return ranges;
    }

    /** How many zeros stand, or will stand, between the content and the certificate table; they are hashed too. */
    int padding() {
        return (int) (-tableOffset & (ALIGNMENT - 1));
    }

    /** Hashes what a signature covers with all of these at once. */
    void digest(FileChannel channel, List<MessageDigest> hashes) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (Range range : covered) {
            long position = range.from();
            while (position < range.to()) {
                ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, (int) Math.min(range.to() - position, CHUNK));
                int count = channel.read(buffer, position);
                if (count < 0) {
                    throw new PeException("the image became shorter while it was read");
                }
                hashes.forEach(hash -> hash.update(chunk, 0, count));
                position += count;
            }
        }
        byte[] zeros = new byte[padding()];
        hashes.forEach(hash -> hash.update(zeros));
    }

    byte[] digest(FileChannel channel, PcrBank algorithm) throws IOException {
        MessageDigest hash = algorithm.digester();
        digest(channel, List.of(hash));
        return hash.digest();
    }

    /** The CheckSum that a file should have: a sum of 16-bit words with the carries folded in, and the file's length. */
    static int checksum(FileChannel channel, long field) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        long sum = 0;
        long size = channel.size();
        for (long position = 0; position < size; position += CHUNK) {
            Arrays.fill(chunk.array(), (byte) 0);
            chunk.clear();
            while (chunk.hasRemaining() && channel.read(chunk, position + chunk.position()) > 0) {
                // More to come.
            }
            for (int i = 0; i < CHUNK; i += 2) {
                long at = position + i;
                if (at < field || at >= field + CHECKSUM_SIZE) {
                    sum += chunk.getShort(i) & 0xFFFF;
                }
            }
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (int) (sum + size);
    }

    private static long u32(ByteBuffer in, int at) {
        return in.getInt(at) & 0xFFFFFFFFL;
    }
}
