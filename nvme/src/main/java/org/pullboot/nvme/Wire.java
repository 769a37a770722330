package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where a connection's bytes come from and go to, without waiting: a socket, or what deciphers one. */
interface Wire {
    /**
     * Reads what is there, as far as there is room.
     *
     * @return bytes read, 0 when there is nothing yet, -1 when there will never be more
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes as much as is taken now.
     *
     * @return bytes written
     */
    long write(ByteBuffer[] from, int count) throws IOException;

    /** Ends it. */
    void close() throws IOException;
}
