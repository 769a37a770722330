package org.pullboot.nvme;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A TCP connection under TLS 1.3. For the thread of its connection's loop; the handshake, which may wait and takes long,
 * is done by others while nothing is read.
 */
final class TlsWire implements Wire {
    private static final Logger LOG = System.getLogger(TlsWire.class.getName());
    /** Ciphertext that is taken at once; a ClientHello is much shorter: {@value} bytes. */
    static final int RECORD = 16 << 10;

    private static final int OUTGOING = 72 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final TlsPskEngine engine;
    private final Executor others;
    private final Handshake handshake;

    /** Ciphertext that has come, between position and limit. */
    private final ByteBuffer incoming = ByteBuffer.allocate(RECORD).limit(0);

    /** Ciphertext to be sent. */
    private final ByteBuffer outgoing = ByteBuffer.allocate(OUTGOING).limit(0);

    /** Plaintext that came with the end of the handshake. */
    private final ByteBuffer early = ByteBuffer.allocate(RECORD).limit(0);

    private volatile Optional<TlsIdentity> identity = Optional.empty();
    private boolean working;
    private boolean full;
    private boolean over;

    /** Whom a step of the handshake concerns. */
    interface Handshake {
        /** A step has begun. */
        void begins();

        /** From any thread: has this done on the loop, after which the step has ended. */
        void ends(Runnable onLoop);
    }

    /**
     * A connection that begins with TLS.
     *
     * @param first what was received so far; not more than {@value #RECORD} bytes
     * @param others does what may wait
     */
    TlsWire(SocketChannel channel, TlsPskEngine engine, ByteBuffer first, Executor others, Handshake handshake) {
        this.channel = channel;
        this.engine = engine;
        this.others = others;
        this.handshake = handshake;
        incoming.clear().put(first).flip();
        step();
    }

    /** Whether a connection that begins with these bytes, of which there are so many, begins with TLS. */
    static boolean begins(byte first, int there) {
        return TlsPskEngine.isTls(first) && there <= RECORD;
    }

    /** Has others take the handshake further by what has come. */
    private void step() {
        working = true;
        handshake.begins();
        others.execute(() -> {
            early.clear();
            int taken = -1;
            try {
                taken = engine.unwrap(incoming, early);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a TLS handshake failed by a mistake", e);
            }
            boolean ended = taken < 0;
            early.flip();
            handshake.ends(() -> {
                working = false;
                over = ended;
                identity = engine.identity();
            });
        });
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (working) {
            return 0;
        }
        int start = into.position();
        while (early.hasRemaining() && into.hasRemaining()) {
            into.put(early.get());
        }
        full = false;
        while (into.hasRemaining() && !over) {
            int given = engine.handshaken() ? engine.unwrap(incoming, into) : 0;
            if (given < 0) {
                over = true;
            } else if (given == 0 && !receive()) {
                break;
            }
            if (working) {
                break;
            }
        }
        full = !into.hasRemaining();
        if (over && into.position() == start) {
            flush();
            engine.failure().ifPresent(reason -> LOG.log(Level.WARNING, "a host was refused: {0}", reason));
            return -1;
        }
        return into.position() - start;
    }

    /** Receives ciphertext; false when there is none now. */
    private boolean receive() throws IOException {
        incoming.clear();
        int got = channel.read(incoming);
        incoming.flip();
        over |= got < 0;
        if (got > 0 && !engine.handshaken()) {
            step();
        }
        return got > 0;
    }

    @Override
    public long write(ByteBuffer[] from, int count) throws IOException {
        long taken = 0;
        for (int i = 0; i < count; i++) {
            while (from[i].hasRemaining()) {
                flush();
                if (outgoing.hasRemaining() || !engine.handshaken()) {
                    return taken;
                }
                int before = from[i].remaining();
                outgoing.clear();
                engine.wrap(from[i], outgoing);
                outgoing.flip();
                if (before == from[i].remaining() && !outgoing.hasRemaining()) {
                    throw new IOException("TLS has ended");
                }
                taken += before - from[i].remaining();
            }
        }
        flush();
        return taken;
    }

    @Override
    public void flush() throws IOException {
        while (!working && (outgoing.hasRemaining() || engine.hasOutput())) {
            if (!outgoing.hasRemaining()) {
                outgoing.clear();
                engine.wrap(NOTHING, outgoing);
                outgoing.flip();
            }
            channel.write(outgoing);
            if (outgoing.hasRemaining()) {
                return;
            }
        }
    }

    @Override
    public boolean unsent() {
        return !working && (outgoing.hasRemaining() || engine.hasOutput());
    }

    @Override
    public boolean readable() {
        return !working && (full || over || early.hasRemaining());
    }

    @Override
    public boolean waiting() {
        return working;
    }

    @Override
    public Optional<TlsIdentity> identity() {
        return identity;
    }

    @Override
    public void close() throws IOException {
        if (!working) {
            engine.close();
            flush();
        }
        channel.close();
    }
}
