package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Where a connection's bytes come from and go to, without waiting: a socket, or what deciphers one. */
interface Wire {
    /**
     * Reads what is there, as far as there is room.
     *
     * @return bytes read, 0 when there is nothing yet, -1 when there will never be more
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes as much as is taken now. What is not reported as written has to be given again, unchanged.
     *
     * @return bytes written
     */
    long write(ByteBuffer[] from, int count) throws IOException;

    /** Whether there is something to read that a selector does not know of. */
    default boolean pending() {
        return false;
    }

    /** Whether what is written may be memory that only system calls may read. */
    default boolean sendsViews() {
        return true;
    }

    /** Whom the host has proved to be, and which subsystem it wants: those in its Connect command have to be the same. */
    default Optional<TlsIdentity> identity() {
        return Optional.empty();
    }

    /** Ends it. */
    void close() throws IOException;
}
