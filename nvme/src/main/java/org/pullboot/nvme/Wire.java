package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where a connection's bytes come from and go to, without waiting: a socket, or what deciphers one. What a socket has not,
 * something between socket and plaintext, is nothing unless it is said otherwise.
 */
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

    /** Sends what it has taken and not sent. */
    default void flush() throws IOException {}

    /** Whether it has taken something that is not sent, and will be sent by {@link #flush} once there is room. */
    default boolean unsent() {
        return false;
    }

    /** Whether there is something to read though nothing comes. */
    default boolean readable() {
        return false;
    }

    /** Whether nothing may be read until its own work is done. */
    default boolean waiting() {
        return false;
    }

    /** Who the host has proved to be. */
    default Optional<TlsIdentity> identity() {
        return Optional.empty();
    }

    /** Ends it. */
    void close() throws IOException;
}
