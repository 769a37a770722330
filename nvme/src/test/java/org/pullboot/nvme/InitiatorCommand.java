package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A place for one command at a time: what is sent with it, what came back. Belongs to the queue it was taken from. */
final class InitiatorCommand {
    static final ByteBuffer NOTHING = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);

    final int slot;
    final InitiatorSqe sqe = new InitiatorSqe();

    /** Data for the target, from position to limit. */
    ByteBuffer outgoing = NOTHING;

    /** Bytes that the target is to send; all of them must come, unless {@link #mayBeShort}. */
    int expected;

    /** Where they are put, from index 0; without capacity they are not kept. */
    ByteBuffer incoming = NOTHING;

    /** Whether outgoing data goes along with the command. */
    boolean inCapsule;

    /** Whether the target may have less data than there is room for, as for log pages. */
    boolean mayBeShort;

    /** For whoever uses the queue. */
    long block;

    /** For whoever uses the queue. */
    int generation;

    /** When it was submitted, in nanoseconds of {@link System#nanoTime}. */
    long submitted;

    int cid;
    boolean busy;
    int received;
    int demanded;
    boolean lastSeen;
    int status;
    long result;

    InitiatorCommand(int slot) {
        this.slot = slot;
    }

    /** As if nothing had been done with it. */
    void renew() {
        outgoing = NOTHING;
        incoming = NOTHING;
        expected = 0;
        inCapsule = false;
        mayBeShort = false;
        received = 0;
        demanded = 0;
        lastSeen = false;
        status = 0;
        result = 0;
    }

    /** The bytes that came. */
    byte[] data() {
        byte[] bytes = new byte[received];
        incoming.get(0, bytes);
        return bytes;
    }

    boolean succeeded() {
        return status == NvmeStatus.SUCCESS;
    }

    /** The status without Do Not Retry, More and the delay. */
    int code() {
        return status & 0x7ff;
    }

    boolean doNotRetry() {
        return (status & NvmeStatus.DO_NOT_RETRY) != 0;
    }

    @Override
    public String toString() {
        return "%s, cid 0x%04x, status 0x%x".formatted(sqe, cid, status);
    }
}
