package org.pullboot.nvme;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a Get Log Page command asks for (NVM Express Base 2.0, 5.16).
 *
 * @param page the log
 * @param retainEvent whether an event that this log would clear stays as it is
 * @param commandSet whose log, where command sets have their own
 * @param offset the first byte, unsigned
 * @param indexed whether the offset counts something else than bytes, which no log here offers
 * @param length bytes, 4 to 2<sup>34</sup>
 */
record LogRequest(int page, boolean retainEvent, int commandSet, long offset, boolean indexed, long length) {
    private static final int RETAIN = 1 << 15;
    private static final int INDEXED = 1 << 23;

    static LogRequest of(AdminCommand command) {
        int low = command.dword(10);
        long dwords = (low >>> 16) | ((command.dword(11) & 0xffffL) << 16);
        return new LogRequest(
                low & 0xff,
                (low & RETAIN) != 0,
                command.dword(14) >>> 24,
                command.longAt(12),
                (command.dword(14) & INDEXED) != 0,
                (dwords + 1) * Integer.BYTES);
    }

    /**
     * Whether it can be answered at all.
     *
     * @param room bytes that the command has room for
     * @param most bytes of data that a command may have
     * @return a {@link NvmeStatus}
     */
    int check(long room, int most) {
        if (length > room) {
            return NvmeStatus.SGL_DATA_LENGTH_INVALID | NvmeStatus.DO_NOT_RETRY;
        }
        if (length > most || indexed || (offset & 3) != 0 || offset < 0) {
            return NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY;
        }
        return NvmeStatus.SUCCESS;
    }

    /** Cuts the part that was asked for out of a log, filled up with zeroes; null when it begins after the log's end. */
    @Nullable
    ByteBuffer cut(ByteBuffer log) {
        if (offset >= log.limit()) {
            return null;
        }
        int from = (int) offset;
        int size = Math.toIntExact(length);
        ByteBuffer part = Structure.ofBytes(size);
        part.put(0, log, from, Math.min(size, log.limit() - from));
        return part;
    }
}
