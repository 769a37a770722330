package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A wire whose first byte was read already. */
final class FirstByteWire implements Wire {
    private final Wire below;
    private final byte first;
    private boolean given;

    FirstByteWire(Wire below, byte first) {
        this.below = below;
        this.first = first;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (given || !into.hasRemaining()) {
            return below.read(into);
        }
        into.put(first);
        given = true;
        // When there is an end it is there the next time, too.
        return 1 + Math.max(0, below.read(into));
    }

    @Override
    public long write(ByteBuffer[] from, int count) throws IOException {
        return below.write(from, count);
    }

    @Override
    public boolean pending() {
        return !given;
    }

    @Override
    public void close() throws IOException {
        below.close();
    }
}
