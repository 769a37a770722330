package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What a queue does with the commands that its connection receives. For the thread of its loop. */
interface Commands {
    /**
     * A command has come.
     *
     * @param bytes the receiver's memory: gone when this returns
     * @param sqe where the submission queue entry begins
     * @param data where the data in the capsule begins
     * @param length how much of it there is; 0 to {@link Pdu#MAX_IN_CAPSULE}
     * @param intact whether the data has the digest that it should have
     * @throws PduException when the connection must end for it
     */
    void capsule(ByteBuffer bytes, int sqe, int data, int length, boolean intact) throws PduException;

    /** The data that a command asked for is there, damaged or not. */
    void transferred(Command command) throws PduException;

    /** Starts what waits: as much as one turn, memory and the host's reading allow. */
    void start() throws IOException;

    /** Has what this receive brought executed. */
    void submit();

    /** A command that another thread, or the receiver, was given is done: answers it. */
    void finish(Command command);

    /** Gives up what has not begun. */
    void drop();
}
