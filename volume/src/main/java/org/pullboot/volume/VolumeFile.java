package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a volume, as {@code BlockFile} describes it; tests have files of their own that lose power. */
interface VolumeFile extends AutoCloseable {
    long size() throws IOException;

    long allocated() throws IOException;

    boolean readNow(ByteBuffer into, long offset) throws IOException;

    void read(ByteBuffer into, long offset) throws IOException;

    /** Throws {@link NoSpaceException} when there is no room. */
    void write(ByteBuffer from, long offset) throws IOException;

    void sync() throws IOException;

    boolean punch(long offset, long length) throws IOException;

    /** Throws {@link NoSpaceException} when there is no room; says false when the file system cannot do it. */
    boolean allocate(long offset, long length) throws IOException;

    void resize(long bytes) throws IOException;

    @Override
    void close() throws IOException;
}
