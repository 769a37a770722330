package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A TLS connection whose handshake is done, over another wire. For one thread at a time.
 *
 * <p>What it reports as written is with the wire below. Its owner keeps the rest, though some of it is ciphertext already,
 * and gives the same bytes again; where the buffers' positions are then means nothing.
 */
final class TlsWire implements Wire {
    private static final int IN = 16 << 10;
    private static final int OUT = 32 << 10;
    private static final ByteBuffer[] NOTHING = {};

    private final Wire below;
    private final TlsPskEngine engine;
    private final Optional<TlsIdentity> identity;

    /** Ciphertext that was received, from position to limit. */
    private final ByteBuffer in = ByteBuffer.allocate(IN).limit(0);

    /** Ciphertext to be sent, from position to limit. */
    private final ByteBuffer out = ByteBuffer.allocate(OUT).limit(0);

    private final ByteBuffer[] outOnly = {out};

    /** Plaintext that {@link #out} is made of, and that was not reported as written. */
    private int owed;

    /** Takes over after a handshake. */
    TlsWire(Wire below, TlsPskEngine engine) {
        this.below = below;
        this.engine = engine;
        this.identity = engine.identity();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int start = into.position();
        while (into.hasRemaining()) {
            int given = engine.unwrap(in, into);
            if (given < 0) {
                return ended(into.position() - start, engine.failure());
            }
            if (given == 0) {
                int got = below.read(in.clear());
                in.flip();
                if (got <= 0) {
                    int before = into.position() - start;
                    return got < 0 && before == 0 ? -1 : before;
                }
            }
        }
        return into.position() - start;
    }

    private int ended(int before, Optional<String> failure) throws IOException {
        if (before > 0) {
            return before;
        }
        say();
        if (failure.isPresent()) {
            throw new IOException(failure.get());
        }
        return -1;
    }

    @Override
    public long write(ByteBuffer[] from, int count) throws IOException {
        long written = 0;
        boolean first = true;
        while (flushed()) {
            if (first) {
                skip(from, count, owed);
                first = false;
            }
            written += owed;
            owed = 0;
            long before = remaining(from, count);
            if (before == 0 && !engine.hasOutput()) {
                break;
            }
            engine.wrap(from, count, out.clear());
            out.flip();
            owed = (int) (before - remaining(from, count));
            if (!out.hasRemaining()) {
                throw new IOException(engine.failure().orElse("TLS has ended, and nothing more can be sent"));
            }
        }
        return written;
    }

    @Override
    public boolean pending() {
        return in.hasRemaining() || engine.hasInput();
    }

    @Override
    public boolean sendsViews() {
        return false;
    }

    @Override
    public Optional<TlsIdentity> identity() {
        return identity;
    }

    /** Says good-bye if that goes without waiting. */
    @Override
    public void close() throws IOException {
        try {
            engine.close();
            say();
        } finally {
            below.close();
        }
    }

    /** Sends an alert, as far as it is taken now. */
    private void say() throws IOException {
        if (flushed()) {
            engine.wrap(NOTHING, 0, out.clear());
            out.flip();
            below.write(outOnly, 1);
        }
    }

    private boolean flushed() throws IOException {
        if (out.hasRemaining()) {
            below.write(outOnly, 1);
        }
        return !out.hasRemaining();
    }

    private static long remaining(ByteBuffer[] buffers, int count) {
        long remaining = 0;
        for (int i = 0; i < count; i++) {
            remaining += buffers[i].remaining();
        }
        return remaining;
    }

    private static void skip(ByteBuffer[] buffers, int count, int bytes) {
        int left = bytes;
        for (int i = 0; i < count && left > 0; i++) {
            int here = Math.min(left, buffers[i].remaining());
            buffers[i].position(buffers[i].position() + here);
            left -= here;
        }
    }
}
