package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pullboot.volume.BlockDevice;

/** A disk of any size without content, for tests that only ask what it looks like, and flush it. */
final class FakeDisk implements BlockDevice {
    private final boolean writable;
    private long size;
    int flushes;
    boolean broken;

    private FakeDisk(long size, boolean writable) {
        this.size = size;
        this.writable = writable;
    }

    static FakeDisk of(long size) {
        return new FakeDisk(size, true);
    }

    static FakeDisk readOnly(long size) {
        return new FakeDisk(size, false);
    }

    void resize(long bytes) {
        size = bytes;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public boolean readNow(ByteBuffer into, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void read(ByteBuffer into, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(ByteBuffer from, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void writeZeroes(long offset, long length, boolean deallocate) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deallocate(long offset, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void settle() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flush() throws IOException {
        flushes++;
        if (broken) {
            throw new IOException("the disk is broken, as the test asked");
        }
    }
}
