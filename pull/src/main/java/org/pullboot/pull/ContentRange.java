package org.pullboot.pull;

import org.jspecify.annotations.Nullable;

/**
 * The {@code Content-Range} header (RFC 9110 section 14.4).
 *
 * @param start offset of the first byte, -1 when the range cannot be satisfied
 * @param length bytes in this range, -1 likewise
 * @param total bytes in the whole file, -1 when the server does not say
 */
record ContentRange(long start, long length, long total) {
    private static final String UNIT = "bytes ";

    static ContentRange parse(@Nullable String header) throws Fault {
        int slash = header == null ? -1 : header.indexOf('/');
        if (header == null || slash < 0 || !header.startsWith(UNIT)) {
            throw broken(header);
        }
        boolean unknown = header.startsWith("*", slash + 1);
        long total = unknown ? -1 : Numbers.parse(header, slash + 1, header.length());
        if (header.startsWith("*/", UNIT.length())) {
            return new ContentRange(-1, -1, total);
        }
        int dash = header.indexOf('-');
        long first = Numbers.parse(header, UNIT.length(), dash);
        long last = Numbers.parse(header, dash + 1, slash);
        if (first < 0 || last < first || (!unknown && total <= last)) {
            throw broken(header);
        }
        return new ContentRange(first, last - first + 1, total);
    }

    private static Fault broken(@Nullable String header) {
        return new Fault(
                Fault.Kind.REFUSED,
                "the server sends a part of the file with "
                        + (header == null ? "no Content-Range" : "Content-Range: " + Text.shown(header)));
    }
}
