package org.pullboot.image;

import java.nio.ByteBuffer;

/**
 * Turns compressed bytes that are pushed into it into plain ones.
 *
 * <p>Several compressed files after each other are one, as with the command-line tools; anything else after the last is
 * an error. Direct buffers are the fast path, 256 KiB and more at a time; a call allocates nothing. An instance is for
 * one thread at a time.
 */
public sealed interface Decompressor extends AutoCloseable permits GzipDecompressor, NativeDecompressor, StoredBytes {
    /**
     * Decompresses as much as the buffers allow, moving their positions.
     *
     * @param endOfInput whether nothing will follow what {@code in} holds now
     * @return true once the data has ended and {@code out} has been given the last of it; else either {@code out} is
     *     full (empty it and call again, even with nothing new in {@code in}) or {@code in} is used up
     * @throws ImageException when the data is damaged, incomplete, followed by something else, or needs more memory
     *     than allowed; the decompressor is then of no more use
     */
    boolean decode(ByteBuffer in, ByteBuffer out, boolean endOfInput) throws ImageException;

    /** Gives the memory back. */
    @Override
    void close();
}
