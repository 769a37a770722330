package org.pullboot.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.pullboot.volume.BlockDevice;

/** A volume as a host has it: until it is taken away. Counts what moves. */
final class LeasedDisk implements BlockDevice {
    private final BlockDevice device;
    private final LongAdder read = new LongAdder();
    private final LongAdder written = new LongAdder();
    private volatile @Nullable String revoked;

    LeasedDisk(BlockDevice device) {
        this.device = device;
    }

    /** Nothing can be done with it any more. */
    void revoke(String why) {
        revoked = why;
    }

    /** How many bytes were read since the last call. */
    long takeRead() {
        return read.sumThenReset();
    }

    /** How many bytes were written since the last call. */
    long takeWritten() {
        return written.sumThenReset();
    }

    boolean isRevoked() {
        return revoked != null;
    }

    private BlockDevice device() throws IOException {
        String why = revoked;
        if (why != null) {
            throw new ServeException(why);
        }
        return device;
    }

    @Override
    public long size() {
        return device.size();
    }

    @Override
    public boolean writable() {
        return device.writable();
    }

    @Override
    public boolean readNow(ByteBuffer into, long offset) throws IOException {
        int bytes = into.remaining();
        boolean done = device().readNow(into, offset);
        if (done) {
            read.add(bytes);
        }
        return done;
    }

    @Override
    public @Nullable ByteBuffer viewNow(long offset, int length) throws IOException {
        ByteBuffer view = device().viewNow(offset, length);
        if (view != null) {
            read.add(length);
        }
        return view;
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        int bytes = into.remaining();
        device().read(into, offset);
        read.add(bytes);
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        int bytes = from.remaining();
        device().write(from, offset);
        written.add(bytes);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean deallocate) throws IOException {
        device().writeZeroes(offset, length, deallocate);
    }

    @Override
    public void deallocate(long offset, long length) throws IOException {
        device().deallocate(offset, length);
    }

    @Override
    public void settle() throws IOException {
        device().settle();
    }

    @Override
    public void flush() throws IOException {
        device().flush();
    }
}
