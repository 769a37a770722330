package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TlsWireTest {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:6f1d2c3b-0a4e-4c58-9d7f-112233445566";
    private static final String SUBSYSTEM = "nqn.2026-01.org.pullboot:image";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final TlsPskSecret secret = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_256_GCM_SHA384);
    private final ExecutorService host = Executors.newVirtualThreadPerTaskExecutor();
    private ServerSocketChannel listener;
    private SocketChannel hostEnd;
    private SocketChannel targetEnd;

    @BeforeEach
    void connect() throws IOException {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        hostEnd = SocketChannel.open(listener.getLocalAddress());
        targetEnd = listener.accept();
    }

    @AfterEach
    void disconnect() throws IOException {
        hostEnd.close();
        targetEnd.close();
        listener.close();
        host.close();
    }

    @Test
    void dataGoesBothWaysThroughAWireThatTakesAndGivesLittle() throws Exception {
        long seed = System.nanoTime();
        byte[] data = new byte[300_000];
        new Random(seed).nextBytes(data);
        TlsPskEngine engine =
                TlsPskEngine.of(TlsPskEngineTest.exports(secret), TlsPskEngine.crypto(new SecureRandom()));
        TlsPskClient peer = TlsPskClient.offering(secret.keys(HOST, SUBSYSTEM).getFirst());
        engine.handshake(ByteBuffer.wrap(peer.output()));
        ByteBuffer answer = ByteBuffer.allocate(4096);
        engine.wrap(ByteBuffer.allocate(0), answer);
        peer.input(answer.flip());
        engine.handshake(ByteBuffer.wrap(peer.output()));
        Slow slow = new Slow(new Random(seed));
        TlsWire wire = new TlsWire(slow, engine);
        assertThat(wire.identity().orElseThrow().hostNqn()).isEqualTo(HOST);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        int sent = 0;
        for (int turn = 0; sent < data.length; turn++) {
            ByteBuffer[] rest = {
                ByteBuffer.wrap(data, sent, Math.min(100, data.length - sent)),
                ByteBuffer.wrap(data, Math.min(data.length, sent + 100), Math.max(0, data.length - sent - 100))
            };
            sent += (int) wire.write(rest, 2);
            received.writeBytes(peer.input(slow.written()));
            assertThat(turn).as("seed %d", seed).isLessThan(100_000);
        }
        assertThat(received.toByteArray()).as("seed %d", seed).isEqualTo(data);

        peer.writeApplicationData(data, 0, data.length);
        slow.give(peer.output());
        received.reset();
        ByteBuffer into = ByteBuffer.allocate(4096);
        for (int turn = 0; received.size() < data.length; turn++) {
            int got = wire.read(into.clear());
            received.write(into.array(), 0, got);
            assertThat(turn).as("seed %d", seed).isLessThan(100_000);
        }
        assertThat(received.toByteArray()).as("seed %d", seed).isEqualTo(data);
        assertThat(wire.pending()).isFalse();
    }

    @Test
    void whatCameWithTheHandshakeIsPending() throws Exception {
        Future<TlsPskClient> client = host.submit(() -> {
            TlsPskClient peer =
                    TlsPskClient.offering(secret.keys(HOST, SUBSYSTEM).getFirst());
            write(peer.output());
            while (peer.isHandshaking()) {
                receive(peer);
            }
            // The last message of the handshake and the first data in one piece.
            peer.writeApplicationData(new byte[] {1, 2, 3}, 0, 3);
            write(peer.output());
            return peer;
        });
        Wire wire = open(TlsMode.ALLOWED, LONG);
        client.get();
        targetEnd.configureBlocking(false);
        ByteBuffer into = ByteBuffer.allocate(2);
        while (into.position() < 2) {
            wire.read(into);
        }
        assertThat(wire.pending()).isTrue();
        assertThat(wire.read(into.clear())).isEqualTo(1);
        assertThat(into.get(0)).isEqualTo((byte) 3);
        assertThat(wire.pending()).isFalse();
        assertThat(wire.read(into.clear())).isZero();
        wire.close();
        assertThat(targetEnd.isOpen()).isFalse();
    }

    @Test
    void aConnectionInTheClearIsOneWhereThatIsAllowed() throws Exception {
        write(new byte[] {0, 1, 2, 3});
        Wire wire = open(TlsMode.ALLOWED, LONG);
        assertThat(wire.pending()).isTrue();
        assertThat(wire.identity()).isEmpty();
        ByteBuffer into = ByteBuffer.allocate(10);
        while (into.position() < 4) {
            wire.read(into);
        }
        assertThat(Arrays.copyOf(into.array(), 4)).containsExactly(0, 1, 2, 3);
        assertThat(wire.pending()).isFalse();
    }

    @Test
    void aConnectionInTheClearIsRefusedWhereTlsIsRequired() throws IOException {
        write(new byte[] {0, 1, 2, 3});
        assertThatThrownBy(() -> open(TlsMode.REQUIRED, LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--tls");
        ByteBuffer alert = ByteBuffer.allocate(7);
        while (alert.hasRemaining()) {
            assertThat(hostEnd.read(alert)).isPositive();
        }
        assertThat(alert.get(6)).isEqualTo((byte) TlsAlert.UNEXPECTED_MESSAGE);
    }

    @Test
    void aHostThatSaysNothingIsNotWaitedForForEver() {
        assertThatThrownBy(() -> open(TlsMode.REQUIRED, Duration.ofMillis(1))).hasMessageContaining("too long");
    }

    @Test
    void aHostThatHangsUpIsNoted() throws IOException {
        hostEnd.close();
        assertThatThrownBy(() -> open(TlsMode.ALLOWED, LONG)).hasMessageContaining("hung up");
    }

    @Test
    void nothingIsReadWhereThereIsNoTls() throws IOException {
        assertThat(open(TlsMode.OFF, LONG)).isInstanceOf(SocketWire.class);
    }

    private Wire open(TlsMode mode, Duration limit) throws IOException {
        return new TlsHandshakes(TlsPskEngineTest.exports(secret), mode, limit, new SecureRandom()).open(targetEnd);
    }

    private void receive(TlsPskClient peer) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        assertThat(hostEnd.read(bytes)).isPositive();
        peer.input(bytes.flip());
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            hostEnd.write(out);
        }
    }

    /** Takes and gives as much as it likes, which is often nothing. */
    private static final class Slow implements Wire {
        private final Random random;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private ByteBuffer given = ByteBuffer.allocate(0);

        Slow(Random random) {
            this.random = random;
        }

        void give(byte[] bytes) {
            given = ByteBuffer.wrap(bytes);
        }

        ByteBuffer written() {
            ByteBuffer all = ByteBuffer.wrap(written.toByteArray());
            written.reset();
            return all;
        }

        @Override
        public int read(ByteBuffer into) {
            int length = Math.min(Math.min(random.nextInt(3000), into.remaining()), given.remaining());
            into.put(given.slice(given.position(), length));
            given.position(given.position() + length);
            return length;
        }

        @Override
        public long write(ByteBuffer[] from, int count) {
            int length = Math.min(random.nextInt(3000), from[0].remaining());
            byte[] bytes = new byte[length];
            from[0].get(bytes);
            written.writeBytes(bytes);
            return length;
        }

        @Override
        public void close() {}
    }
}
