package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pullboot.volume.BlockDevice;

/**
 * A command under way: a slot of its queue, used again for the next one. Belongs to its connection's loop, but while a
 * worker has it.
 */
final class Command extends LoopTask implements Workers.Task {
    /** Large segments that the longest transfer takes. */
    static final int MAX_SEGMENTS = 8;

    /** Bits of a transfer tag that are the slot's index; the others tell old tags from new ones. */
    static final int INDEX_BITS = 10;

    final Connection connection;
    private final int index;
    private int generation;

    int id;
    int opcode;
    boolean fua;
    boolean mayDeallocate;
    /** Of a Dataset Management command. */
    int ranges;

    @Nullable
    BlockDevice device;

    /** Where on the device, and how much of it, in bytes. */
    long offset;

    long length;

    /** Bytes that the host has room for or sends; less than 2^31. */
    int transfer;

    /** As in {@link NvmeStatus}; set by whoever executes it. */
    int status;

    /** Its data, in large segments or in one small one. */
    final @Nullable Segment[] segments = new @Nullable Segment[MAX_SEGMENTS];

    int segmentCount;

    /** Where its data begins in its first segment: {@link Segment#DATA}, but for data that came in a capsule. */
    int dataAt;

    /** Whether H2CData is expected, and how much has come. */
    boolean receiving;

    int received;
    boolean damaged;

    /** The submission queue entry of an admin command; empty for others. */
    @Nullable
    ByteBuffer entry;

    Command(Connection connection, int index) {
        this.connection = connection;
        this.index = index;
    }

    /** The transfer tag of this use of the slot. */
    int tag() {
        return (index | (generation << INDEX_BITS)) & 0xffff;
    }

    /** The slot of a transfer tag. */
    static int index(int tag) {
        return tag & ((1 << INDEX_BITS) - 1);
    }

    /** Makes the slot ready for the next command. Its segments have been given back. */
    void clear() {
        generation++;
        device = null;
        entry = null;
        fua = false;
        mayDeallocate = false;
        receiving = false;
        received = 0;
        damaged = false;
        status = NvmeStatus.SUCCESS;
        transfer = 0;
        segmentCount = 0;
        Arrays.fill(segments, null);
    }

    /** A segment that it has. */
    Segment segment(int i) {
        Segment segment = segments[i];
        if (segment == null) {
            throw new IllegalStateException("a command without data has no segment " + i);
        }
        return segment;
    }

    /** The device that it is for. */
    BlockDevice device() {
        BlockDevice it = device;
        if (it == null) {
            throw new IllegalStateException("a command for no device was executed");
        }
        return it;
    }

    /** The window on its data in one segment. */
    ByteBuffer data(int i) {
        int length = dataLength(i);
        return segment(i).window(dataAt, dataAt + length);
    }

    /** Bytes of its data in one segment. */
    int dataLength(int i) {
        return Math.min(transfer - i * Segment.LARGE_DATA, Segment.LARGE_DATA);
    }

    /** A read that has to wait. */
    @Override
    public void work(ByteBuffer scratch) {
        status = connection.ended() ? NvmeStatus.ABORT_REQUESTED : DeviceWork.execute(this, scratch);
        connection.loop().post(this);
    }

    /** Completes it after a worker, or a flush, was done with it. */
    @Override
    void run() {
        connection.returned(this);
    }
}
