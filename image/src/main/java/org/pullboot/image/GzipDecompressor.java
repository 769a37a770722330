package org.pullboot.image;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952): any number of members, then perhaps zero bytes, as tapes leave them and gzip(1) takes
 * them.
 *
 * <p>The header is taken byte by byte because it may be cut anywhere; the rest is {@link Inflater}'s work.
 */
final class GzipDecompressor implements Decompressor {
    private static final int FLAG_HEADER_CRC = 0x02;
    private static final int FLAG_EXTRA = 0x04;
    private static final int FLAG_NAME = 0x08;
    private static final int FLAG_COMMENT = 0x10;
    private static final int FLAGS_RESERVED = 0xE0;
    private static final int MAGIC_1 = 0x1F;
    private static final int MAGIC_2 = 0x8B;
    private static final int DEFLATE = 8;

    /** What the next byte is. */
    private enum Part {
        MAGIC_1,
        MAGIC_2,
        METHOD,
        FLAGS,
        TIME_AND_SYSTEM,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        HEADER_CRC,
        BODY,
        TRAILER,
        PADDING
    }

    private final Inflater inflater = new Inflater(true);
    private final CRC32 contentCrc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private Part part = Part.MAGIC_1;
    private boolean anyMember;
    private int flags;
    /** How many bytes this part has, when that is known from its start, and how many of them came already. */
    private int length;

    private int taken;
    /** The little-endian number that the bytes of this part make. */
    private long number;

    @Override
    public boolean decode(ByteBuffer in, ByteBuffer out, boolean endOfInput) throws ImageException {
        while (true) {
            if (part == Part.BODY) {
                inflate(in, out);
                if (part == Part.BODY) {
                    if (!out.hasRemaining() || !endOfInput) {
                        return false;
                    }
                    throw new ImageException("the gzip data ends too early: it is incomplete, get it again");
                }
            }
            if (!in.hasRemaining()) {
                break;
            }
            take(in.get() & 0xFF);
        }
        if (!endOfInput) {
            return false;
        }
        if (!anyMember || (part != Part.MAGIC_1 && part != Part.PADDING)) {
            throw new ImageException("the gzip data ends too early: it is incomplete, get it again");
        }
        return true;
    }

    private void inflate(ByteBuffer in, ByteBuffer out) throws ImageException {
        int start = out.position();
        if (!out.hasRemaining()) {
            return;
        }
        inflater.setInput(in);
        try {
            int bytes = inflater.inflate(out);
            while (bytes > 0 && out.hasRemaining() && !inflater.finished()) {
                bytes = inflater.inflate(out);
            }
        } catch (DataFormatException e) {
            throw new ImageException("the gzip data is damaged (" + e.getMessage() + "): get it again", e);
        }
        int limit = out.limit();
        out.limit(out.position()).position(start);
        contentCrc.update(out);
        out.limit(limit);
        if (inflater.needsDictionary()) {
            throw new ImageException("the gzip data is damaged (it asks for a dictionary): get it again");
        }
        if (inflater.finished()) {
            begin(Part.TRAILER, 8);
        }
    }

    private void take(int b) throws ImageException {
        if (part != Part.HEADER_CRC) {
            headerCrc.update(b);
        }
        switch (part) {
            case MAGIC_1 -> magic(b);
            case MAGIC_2 -> expect(b, MAGIC_2, Part.METHOD);
            case METHOD -> expect(b, DEFLATE, Part.FLAGS);
            case FLAGS -> {
                if ((b & FLAGS_RESERVED) != 0) {
                    throw new ImageException("the gzip data is damaged (unknown flags in its header): get it again");
                }
                flags = b;
                begin(Part.TIME_AND_SYSTEM, 6);
            }
            case NAME, COMMENT -> {
                if (b == 0) {
                    nextField();
                }
            }
            case TIME_AND_SYSTEM, EXTRA_LENGTH, EXTRA, HEADER_CRC, TRAILER -> {
                if (taken < Long.BYTES) {
                    number |= (long) b << (8 * taken);
                }
                taken++;
                if (taken == length) {
                    nextField();
                }
            }
            case PADDING -> {
                if (b != 0) {
                    throw foreign();
                }
            }
            case BODY -> throw new AssertionError("the body is the inflater's");
        }
    }

    private void magic(int b) throws ImageException {
        if (b == 0 && anyMember) {
            part = Part.PADDING;
            return;
        }
        headerCrc.reset();
        headerCrc.update(b);
        expect(b, MAGIC_1, Part.MAGIC_2);
    }

    private void expect(int b, int expected, Part next) throws ImageException {
        if (b != expected) {
            throw foreign();
        }
        part = next;
    }

    private ImageException foreign() {
        return new ImageException(
                anyMember
                        ? "the gzip data is followed by bytes that are not gzip: get it again"
                        : "expected gzip data, but it does not begin like any");
    }

    private void begin(Part next, int bytes) {
        part = next;
        length = bytes;
        taken = 0;
        number = 0;
    }

    /** Goes on to the part that follows the present one; one that is left out leads to the one after it. */
    private void nextField() throws ImageException {
        switch (part) {
            case TIME_AND_SYSTEM -> {
                if ((flags & FLAG_EXTRA) != 0) {
                    begin(Part.EXTRA_LENGTH, 2);
                } else {
                    name();
                }
            }
            case EXTRA_LENGTH -> {
                if (number > 0) {
                    begin(Part.EXTRA, (int) number);
                } else {
                    name();
                }
            }
            case EXTRA -> name();
            case NAME -> comment();
            case COMMENT -> headerCrc();
            case HEADER_CRC -> {
                if (number != (headerCrc.getValue() & 0xFFFF)) {
                    throw new ImageException(
                            "the gzip data is damaged (its header's checksum does not match): get it again");
                }
                body();
            }
            case TRAILER -> endMember();
            default -> throw new AssertionError("no field ends in " + part);
        }
    }

    private void name() {
        if ((flags & FLAG_NAME) != 0) {
            part = Part.NAME;
        } else {
            comment();
        }
    }

    private void comment() {
        if ((flags & FLAG_COMMENT) != 0) {
            part = Part.COMMENT;
        } else {
            headerCrc();
        }
    }

    private void headerCrc() {
        if ((flags & FLAG_HEADER_CRC) != 0) {
            begin(Part.HEADER_CRC, 2);
        } else {
            body();
        }
    }

    private void body() {
        inflater.reset();
        contentCrc.reset();
        part = Part.BODY;
    }

    private void endMember() throws ImageException {
        long crc = number & 0xFFFF_FFFFL;
        long size = number >>> 32;
        if (crc != contentCrc.getValue() || size != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw new ImageException("the gzip data is damaged (its checksum or size does not match): get it again");
        }
        anyMember = true;
        part = Part.MAGIC_1;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
