package org.pullboot.image;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;

/** A disk of a few bytes that grows when it is written. */
final class MemoryDisk implements SeekableByteChannel {
    private byte[] bytes;
    private long position;

    MemoryDisk(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public int read(ByteBuffer target) {
        if (position >= bytes.length) {
            return -1;
        }
        int piece = (int) Math.min(target.remaining(), bytes.length - position);
        target.put(bytes, (int) position, piece);
        position += piece;
        return piece;
    }

    @Override
    public int write(ByteBuffer source) {
        int piece = source.remaining();
        if (position + piece > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) position + piece);
        }
        source.get(bytes, (int) position, piece);
        position += piece;
        return piece;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new UnsupportedOperationException("nothing here truncates a disk");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
