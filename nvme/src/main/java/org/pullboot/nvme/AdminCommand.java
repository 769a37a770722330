package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An admin or Fabrics command as it lies in its submission queue entry (NVM Express Base 2.0, 3.3.3.1): a view, valid as
 * long as the buffer is.
 */
final class AdminCommand {
    /** Bytes of a submission queue entry. */
    static final int BYTES = 64;

    private static final int FLAGS = 1;
    private static final int FABRICS_TYPE = 4;
    private static final int NAMESPACE = 4;
    private static final int SGL_LENGTH = 32;
    private static final int DWORD_10 = 40;

    private final ByteBuffer entry;
    private final int at;

    /**
     * Looks at the next {@value #BYTES} bytes of a buffer, whose position and order stay as they are.
     *
     * @throws IllegalArgumentException when it has fewer
     */
    AdminCommand(ByteBuffer entry) {
        if (entry.remaining() < BYTES) {
            throw new IllegalArgumentException(
                    "a submission queue entry has " + BYTES + " bytes, not " + entry.remaining());
        }
        this.entry = entry.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        at = entry.position();
    }

    int opcode() {
        return entry.get(at) & 0xff;
    }

    /** Whether it is one half of a fused operation, which no admin command is. */
    boolean fused() {
        return (entry.get(at + FLAGS) & 3) != 0;
    }

    int fabricsType() {
        return entry.get(at + FABRICS_TYPE) & 0xff;
    }

    /** Unsigned. */
    int namespaceId() {
        return entry.getInt(at + NAMESPACE);
    }

    /** Whether it names no namespace, or all: what a command about the whole controller may have. */
    boolean ofWholeController() {
        int id = namespaceId();
        return id == 0 || id == -1;
    }

    /** Bytes that its only SGL descriptor has room for; unsigned. */
    int sglLength() {
        return entry.getInt(at + SGL_LENGTH);
    }

    /** Command dword 10 to 15. */
    int dword(int number) {
        if (number < 10 || number > 15) {
            throw new IllegalArgumentException("dwords 10 to 15 belong to the command, not " + number);
        }
        return entry.getInt(at + DWORD_10 + (number - 10) * Integer.BYTES);
    }

    /** Two dwords from that one on, the first of them the lower. */
    long longAt(int number) {
        return Integer.toUnsignedLong(dword(number)) | ((long) dword(number + 1) << 32);
    }
}
