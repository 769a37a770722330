package org.pullboot.nvme;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.bouncycastle.tls.crypto.TlsCrypto;

/**
 * Opens TLS on connections that have just been accepted, before an event loop has them: it looks for secrets, takes
 * milliseconds of a processor, and waits for the host. For use by several threads, one for each connection.
 */
final class TlsHandshakes {
    private static final int BUFFER = 4096;

    private final Exports exports;
    private final TlsMode mode;
    private final Duration limit;
    private final Semaphore processors;
    private final TlsCrypto crypto;

    /**
     * Hosts of these exports.
     *
     * @param limit for a whole handshake; Linux waits for ten seconds
     */
    TlsHandshakes(Exports exports, TlsMode mode, Duration limit, SecureRandom random) {
        this.exports = exports;
        this.mode = mode;
        this.limit = limit;
        // A flood of handshakes waits for its turn, and leaves half of the machine to those that are connected.
        this.processors = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);
        this.crypto = TlsPskEngine.crypto(random);
    }

    /** Whether connections have to come here at all. */
    boolean wanted() {
        return mode != TlsMode.OFF;
    }

    /**
     * Waits until the connection is open.
     *
     * @param channel blocking, and still so afterwards; left open also when this fails
     * @return where its bytes come from and go to, as soon as the channel does not block any more
     * @throws IOException with a sentence for the log, when the host is refused, hangs up or takes too long
     */
    Wire open(SocketChannel channel) throws IOException {
        if (mode == TlsMode.OFF) {
            return new SocketWire(channel);
        }
        long deadline = System.nanoTime() + limit.toNanos();
        InputStream in = channel.socket().getInputStream();
        byte[] bytes = new byte[BUFFER];
        // Of a connection in the clear nothing but this may be taken: a selector would not know of the rest.
        read(channel, in, bytes, 1, deadline);
        if (mode == TlsMode.ALLOWED && !TlsPskEngine.isTls(bytes[0])) {
            return new FirstByteWire(new SocketWire(channel), bytes[0]);
        }
        TlsPskEngine engine = TlsPskEngine.of(exports, crypto);
        int length = 1;
        while (true) {
            step(engine, ByteBuffer.wrap(bytes, 0, length));
            send(engine, channel);
            if (engine.failure().isPresent()) {
                throw new IOException(engine.failure().get());
            } else if (engine.handshaken()) {
                channel.socket().setSoTimeout(0);
                return new TlsWire(new SocketWire(channel), engine);
            }
            length = read(channel, in, bytes, bytes.length, deadline);
        }
    }

    private void step(TlsPskEngine engine, ByteBuffer ciphertext) {
        processors.acquireUninterruptibly();
        try {
            engine.handshake(ciphertext);
        } finally {
            processors.release();
        }
    }

    private static int read(SocketChannel channel, InputStream in, byte[] bytes, int most, long deadline)
            throws IOException {
        long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
        if (deadline - System.nanoTime() <= 0) {
            throw late();
        }
        channel.socket().setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        try {
            int length = in.read(bytes, 0, most);
            if (length < 0) {
                throw new IOException("the host hung up before TLS was open; see its log");
            }
            return length;
        } catch (SocketTimeoutException e) {
            throw late();
        }
    }

    private static IOException late() {
        return new IOException("the host took too long to open TLS; see whether its tlshd runs");
    }

    private static void send(TlsPskEngine engine, SocketChannel channel) throws IOException {
        ByteBuffer nothing = ByteBuffer.allocate(0);
        ByteBuffer out = ByteBuffer.allocate(BUFFER);
        while (engine.hasOutput()) {
            engine.wrap(nothing, out.clear());
            out.flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }
    }
}
