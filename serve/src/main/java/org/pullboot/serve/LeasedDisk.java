package org.pullboot.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pullboot.volume.BlockDevice;

/** A volume as a host has it: until it is taken away. */
final class LeasedDisk implements BlockDevice {
    private final BlockDevice device;
    private volatile @Nullable String revoked;

    LeasedDisk(BlockDevice device) {
        this.device = device;
    }

    /** Nothing can be done with it any more. */
    void revoke(String why) {
        revoked = why;
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
        return device().readNow(into, offset);
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        device().read(into, offset);
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        device().write(from, offset);
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
