package org.pullboot.image;

import java.nio.ByteBuffer;

/** Where things are in a tar header block (POSIX.1-1988 ustar; GNU tar's variant), and its numbers. */
final class TarHeader {
    static final int BYTES = 512;

    static final int NAME = 0;
    static final int NAME_BYTES = 100;
    static final int MODE = 100;
    static final int UID = 108;
    static final int GID = 116;
    static final int SIZE = 124;
    static final int MTIME = 136;
    static final int CHECKSUM = 148;
    static final int CHECKSUM_BYTES = 8;
    static final int TYPE = 156;
    static final int LINK_NAME = 157;
    static final int LINK_NAME_BYTES = 100;
    static final int MAGIC = 257;
    static final int DEV_MAJOR = 329;
    static final int DEV_MINOR = 337;
    static final int PREFIX = 345;
    static final int PREFIX_BYTES = 155;

    /** Lengths of the short and the long number fields. */
    static final int SHORT_NUMBER = 8;

    static final int LONG_NUMBER = 12;

    static final int GNU_SPARSE = 386;
    static final int GNU_SPARSE_COUNT = 4;
    static final int GNU_SPARSE_MORE = 482;
    static final int GNU_REAL_SIZE = 483;
    static final int GNU_EXTENSION_COUNT = 21;
    static final int GNU_EXTENSION_MORE = 504;

    private TarHeader() {}

    /** Whether the first block is a header: its checksum holds, and it has a name. */
    static boolean isHeader(ByteBuffer in) {
        return in.get(NAME) != 0 && checksumHolds(in);
    }

    /** Whether the checksum of the block at the start of the buffer holds; some old tars added signed bytes. */
    static boolean checksumHolds(ByteBuffer in) {
        long expected = octal(in, CHECKSUM, CHECKSUM_BYTES);
        return expected >= 0 && (expected == checksum(in, false) || expected == checksum(in, true));
    }

    static long checksum(ByteBuffer in, boolean signed) {
        long sum = 0;
        for (int i = 0; i < BYTES; i++) {
            boolean blank = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES;
            sum += blank ? ' ' : signed ? in.get(i) : in.get(i) & 0xFF;
        }
        return sum;
    }

    /** An octal number with blanks before and a blank or NUL after it; 0 when there is none, -1 when it is no number. */
    static long octal(ByteBuffer in, int at, int bytes) {
        int i = at;
        int end = at + bytes;
        while (i < end && in.get(i) == ' ') {
            i++;
        }
        long number = 0;
        while (i < end && in.get(i) >= '0' && in.get(i) <= '7') {
            if (number >>> (Long.SIZE - 4) != 0) {
                return -1;
            }
            number = (number << 3) | (in.get(i) - '0');
            i++;
        }
        while (i < end) {
            if (in.get(i) != ' ' && in.get(i) != 0) {
                return -1;
            }
            i++;
        }
        return number;
    }

    /**
     * A number field: octal digits, or GNU's base 256 in two's complement when its first bit is set.
     *
     * @throws ImageException when it is neither, or does not fit into 63 bits
     */
    static long number(ByteBuffer in, int at, int bytes) throws ImageException {
        int first = in.get(at);
        long number;
        if (first >= 0) {
            number = octal(in, at, bytes);
            if (number < 0) {
                throw damaged("a number in a header is none");
            }
            return number;
        }
        // The first bit is the mark, the second one the sign.
        boolean negative = (first & 0x40) != 0;
        number = negative ? -1 : 0;
        for (int i = 0; i < bytes; i++) {
            int next = in.get(at + i) & 0xFF;
            if (i == 0) {
                next = negative ? next : next & 0x7F;
            }
            if (number >> (Long.SIZE - 9) != (negative ? -1 : 0)) {
                throw damaged("a number in a header is too large");
            }
            number = (number << 8) | next;
        }
        return number;
    }

    /** The bytes of a field up to its first zero or its end. */
    static byte[] string(ByteBuffer in, int at, int bytes) {
        int length = 0;
        while (length < bytes && in.get(at + length) != 0) {
            length++;
        }
        byte[] string = new byte[length];
        in.get(at, string);
        return string;
    }

    static ImageException damaged(String how) {
        return new ImageException("the tar archive is damaged (" + how + "): get it again");
    }

    static ImageException incomplete() {
        return new ImageException("the tar archive ends too early: it is incomplete, get it again");
    }
}
