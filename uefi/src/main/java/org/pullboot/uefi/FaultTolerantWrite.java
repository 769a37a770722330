package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * EDK2's fault tolerant write working block, behind the variable store: a journal of flash block replacements. When one was
 * prepared but not finished, firmware copies its spare block over the store at the next start.
 */
final class FaultTolerantWrite {
    private static final EfiGuid SIGNATURE = EfiGuid.parse("9e58292b-7c68-497d-a0ce-6500fd9f1b95");
    private static final int HEADER = 32;
    private static final int QUEUE_SIZE = 24;
    private static final int STEP = 0x1000;
    private static final int ENTRY = 40;
    private static final int ENTRY_COUNT = 24;
    private static final int PRIVATE_SIZE = 32;
    private static final int RECORD = 40;

    /** Flash is erased to ones: a flag is set when its bit is zero. */
    private static final int ALLOCATED = 1;

    private static final int COMPLETE = 4;
    private static final int SPARE_COMPLETE = 2;
    private static final int DESTINATION_COMPLETE = 4;

    private FaultTolerantWrite() {}

    /** Whether a prepared replacement waits for the next start. */
    static boolean isPending(ByteBuffer image, StoreLayout layout) {
        for (int at = layout.end(); at + HEADER <= layout.volumeEnd(); at += STEP) {
            ByteBuffer block = image.slice(at, layout.volumeEnd() - at).order(ByteOrder.LITTLE_ENDIAN);
            if (EfiGuid.take(block.duplicate()).equals(SIGNATURE)) {
                long queue = Math.min(Math.max(block.getLong(QUEUE_SIZE), 0), block.limit() - HEADER);
                return hasPending(block.slice(HEADER, (int) queue).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        return false;
    }

    private static boolean hasPending(ByteBuffer queue) {
        long at = 0;
        while (at + ENTRY <= queue.limit() && isSet(queue, at, ALLOCATED)) {
            long records = queue.getLong((int) at + ENTRY_COUNT);
            long recordSize = RECORD + queue.getLong((int) at + PRIVATE_SIZE);
            long room = queue.limit() - at - ENTRY;
            if (!isSet(queue, at, COMPLETE) && anyPending(queue, at + ENTRY, records, recordSize)) {
                return true;
            }
            // Sizes never written, or nonsense: firmware finds no further entry behind them either.
            if (records < 0 || recordSize < RECORD || recordSize > room || records > room / recordSize) {
                return false;
            }
            at += ENTRY + records * recordSize;
        }
        return false;
    }

    private static boolean anyPending(ByteBuffer queue, long first, long records, long recordSize) {
        long at = first;
        for (long i = 0; i < records && recordSize >= RECORD && at + RECORD <= queue.limit(); i++) {
            if (isSet(queue, at, SPARE_COMPLETE) && !isSet(queue, at, DESTINATION_COMPLETE)) {
                return true;
            }
            if (recordSize > queue.limit()) {
                return false;
            }
            at += recordSize;
        }
        return false;
    }

    private static boolean isSet(ByteBuffer queue, long at, int flag) {
        return (queue.get((int) at) & flag) == 0;
    }
}
