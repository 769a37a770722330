package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A TCP connection in the clear. */
final class SocketWire implements Wire {
    private final SocketChannel channel;

    SocketWire(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public long write(ByteBuffer[] from, int count) throws IOException {
        return count == 1 ? channel.write(from[0]) : channel.write(from, 0, count);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
