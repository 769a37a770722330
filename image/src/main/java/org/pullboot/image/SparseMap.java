package org.pullboot.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the pieces of a sparse file are, in GNU tar's four formats (its manual, appendix "Sparse Formats"). */
final class SparseMap {
    private static final int MOST_EXTENTS = 1 << 20;

    private final List<TarEntry.Extent> extents = new ArrayList<>();
    private long end;
    private long dataBytes;

    /**
     * Adds a piece.
     *
     * @throws ImageException when it does not follow those before it
     */
    void add(long offset, long bytes) throws ImageException {
        if (offset < end || bytes < 0 || offset > Long.MAX_VALUE - bytes || extents.size() == MOST_EXTENTS) {
            throw TarHeader.damaged("the map of a sparse file makes no sense");
        }
        if (bytes > 0) {
            extents.add(new TarEntry.Extent(offset, bytes));
        }
        end = offset + bytes;
        dataBytes += bytes;
    }

    void addPairs(List<Long> numbers) throws ImageException {
        if (numbers.size() % 2 != 0) {
            throw TarHeader.damaged("the map of a sparse file lacks a length");
        }
        for (int i = 0; i < numbers.size(); i += 2) {
            add(numbers.get(i), numbers.get(i + 1));
        }
    }

    /**
     * The pieces, all within the file, which together are as long as what is in the archive.
     *
     * @param size of the file, holes included
     * @param archived how many bytes of it are in the archive
     */
    List<TarEntry.Extent> checked(long size, long archived) throws ImageException {
        if (end > size || dataBytes != archived) {
            throw TarHeader.damaged("the map of a sparse file does not fit the file");
        }
        return extents;
    }

    /** The pieces in a block of the old format: the header itself or one of those that continue it. */
    void addOld(ByteBuffer block, int at, int count) throws ImageException {
        for (int i = 0; i < count; i++) {
            int pair = at + i * 2 * TarHeader.LONG_NUMBER;
            if (block.get(pair + TarHeader.LONG_NUMBER) == 0) {
                break;
            }
            add(
                    TarHeader.number(block, pair, TarHeader.LONG_NUMBER),
                    TarHeader.number(block, pair + TarHeader.LONG_NUMBER, TarHeader.LONG_NUMBER));
        }
    }

    /**
     * What the pax header of formats 0.0 and 0.1 says of the pieces.
     *
     * @return {@code null} when it says nothing
     */
    static @Nullable SparseMap of(PaxRecords pax) throws ImageException {
        List<Long> numbers = pax.list("GNU.sparse.map");
        if (numbers.isEmpty()) {
            numbers = pax.numbers("GNU.sparse.offset", "GNU.sparse.numbytes");
        }
        if (numbers.isEmpty() && pax.number("GNU.sparse.numblocks").isEmpty()) {
            return null;
        }
        SparseMap map = new SparseMap();
        map.addPairs(numbers);
        return map;
    }

    /**
     * Reads the map that format 1.0 has before the content: a count, then offsets and lengths, each a decimal number
     * with a newline, padded to a whole block.
     *
     * @return how many bytes it takes in the archive
     */
    long read(TarInput in, long most) throws IOException {
        long taken = 0;
        long left = -1;
        long offset = -1;
        while (left != 0) {
            if (taken + TarHeader.BYTES > most) {
                throw TarHeader.damaged("the map of a sparse file is longer than the file");
            }
            // A number may begin in one block and end in the next, so numbers are carried over.
            if (!in.ensure(TarHeader.BYTES)) {
                throw TarHeader.incomplete();
            }
            ByteBuffer buffer = in.buffer();
            int blockEnd = buffer.position() + TarHeader.BYTES;
            while (left != 0 && buffer.position() < blockEnd) {
                if (!digit(buffer.get())) {
                    long value = number;
                    number = 0;
                    digits = 0;
                    if (left < 0) {
                        left = value;
                    } else if (offset < 0) {
                        offset = value;
                    } else {
                        add(offset, value);
                        offset = -1;
                        left--;
                    }
                }
            }
            buffer.position(blockEnd);
            taken += TarHeader.BYTES;
        }
        return taken;
    }

    private long number;
    private int digits;

    private boolean digit(byte b) throws ImageException {
        if (b == '\n' && digits > 0) {
            return false;
        }
        if (b < '0' || b > '9' || digits == 18) {
            throw TarHeader.damaged("the map of a sparse file holds no numbers");
        }
        number = number * 10 + (b - '0');
        digits++;
        return true;
    }
}
