package org.pullboot.pull;

import java.util.Arrays;

/** A file that is read whole: a plan, a checksum list. */
final class SmallFile {
    private static final int FIRST = 4096;

    private SmallFile() {}

    /**
     * Reads an answer's whole body.
     *
     * @param limit the most bytes it may have
     * @throws Fault when it has more, or breaks
     */
    static byte[] read(Answer answer, int limit) throws Fault {
        if (answer.total() > limit) {
            throw tooLong(limit);
        }
        byte[] bytes = new byte[Math.min(FIRST, limit + 1)];
        int length = 0;
        for (int n; (n = answer.read(bytes, length, bytes.length - length)) >= 0; ) {
            length += n;
            if (length > limit) {
                throw tooLong(limit);
            }
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(2 * length, limit + 1));
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private static Fault tooLong(int limit) {
        return new Fault(Fault.Kind.WRONG, "the file has more than the " + limit + " bytes that it may have");
    }
}
