package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/**
 * The target's side of one TLS 1.3 connection with a pre-shared key (NVM Express TCP Transport 1.0, 3.6.1): turns
 * ciphertext into plaintext and back, and never touches a socket. After each {@link #unwrap} there may be something to
 * {@link #wrap}, also without plaintext: {@link #hasOutput}.
 *
 * <p>For one thread at a time. Until {@link #handshaken}, {@link #unwrap} may wait for the secret and takes milliseconds
 * of a processor.
 */
final class TlsPskEngine {
    /** What a record is longer than its plaintext; in bytes. */
    private static final int OVERHEAD = 64;

    private static final int CHUNK = 16 * 1024;
    private static final int HANDSHAKE_RECORD = 22;

    private final Exports exports;
    private final TlsCrypto crypto;
    private final TlsServerProtocol protocol = PskTlsServer.protocol();
    private final byte[] chunk = new byte[CHUNK];
    private @Nullable ClientHelloReader hello = new ClientHelloReader();
    private ByteBuffer alert = ByteBuffer.allocate(0);
    private Optional<TlsIdentity> identity = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private boolean ended;

    private TlsPskEngine(Exports exports, TlsCrypto crypto) {
        this.exports = exports;
        this.crypto = crypto;
    }

    /** What all engines of a target share. */
    static TlsCrypto crypto(SecureRandom random) {
        return new JcaTlsCryptoProvider().create(random);
    }

    /** For a connection that has just been accepted. */
    static TlsPskEngine of(Exports exports, TlsCrypto crypto) {
        return new TlsPskEngine(exports, crypto);
    }

    /** Whether a connection that begins with this byte begins with TLS; NVMe/TCP in clear text does not. */
    static boolean isTls(byte first) {
        return first == HANDSHAKE_RECORD;
    }

    /**
     * Takes ciphertext and gives plaintext. What it does not take it wants again, once there is more room.
     *
     * @return bytes put into {@code out}; -1 when the connection is over, and to be closed once the output is sent
     */
    int unwrap(ByteBuffer in, ByteBuffer out) {
        int start = out.position();
        give(out);
        while (in.hasRemaining() && out.hasRemaining() && !ended) {
            accept(in);
            give(out);
        }
        int given = out.position() - start;
        return given == 0 && ended && !hasInput() ? -1 : given;
    }

    /** Takes all of the ciphertext, of which most is the handshake's; the plaintext in it is kept for {@link #unwrap}. */
    void handshake(ByteBuffer in) {
        while (in.hasRemaining() && !ended) {
            accept(in);
        }
    }

    private void accept(ByteBuffer in) {
        try {
            if (hello != null) {
                greet(hello, in);
            } else {
                take(in);
            }
        } catch (TlsAlert e) {
            alert = ByteBuffer.wrap(e.record());
            fail(e);
        } catch (IOException e) {
            // BouncyCastle has put the alert into its output.
            fail(e);
        }
    }

    /** {@link #wrap(ByteBuffer[], int, ByteBuffer)} of one buffer. */
    int wrap(ByteBuffer in, ByteBuffer out) {
        return wrap(new ByteBuffer[] {in}, 1, out);
    }

    /**
     * Takes plaintext and gives ciphertext, of the handshake too. What it does not take it wants again, once there is
     * more room; with less than some hundred bytes of it nothing is taken.
     *
     * @return bytes put into {@code out}
     * @throws IllegalStateException when there is plaintext before {@link #handshaken}
     */
    int wrap(ByteBuffer[] from, int count, ByteBuffer out) {
        int start = out.position();
        flush(out);
        try {
            int index = 0;
            while (out.remaining() > OVERHEAD && !hasOutput() && !ended) {
                // Many small answers become one record.
                int room = Math.min(CHUNK, out.remaining() - OVERHEAD);
                int length = 0;
                while (index < count && length < room) {
                    int piece = Math.min(from[index].remaining(), room - length);
                    from[index].get(chunk, length, piece);
                    length += piece;
                    index += from[index].hasRemaining() ? 0 : 1;
                }
                if (length == 0) {
                    break;
                }
                protocol.writeApplicationData(chunk, 0, length);
                flush(out);
            }
        } catch (IOException e) {
            fail(e);
        }
        return out.position() - start;
    }

    /** Whether {@link #unwrap} has something to give without ciphertext. */
    boolean hasInput() {
        return hello == null && protocol.getAvailableInputBytes() > 0;
    }

    /** Whether {@link #wrap} has something to give without plaintext. */
    boolean hasOutput() {
        return alert.hasRemaining() || protocol.getAvailableOutputBytes() > 0;
    }

    /** Whether the host has proved itself, and plaintext may be sent. */
    boolean handshaken() {
        return hello == null && !ended && protocol.isConnected();
    }

    /** The identity that the host has proved, once {@link #handshaken}: the names in its Connect command have to be these. */
    Optional<TlsIdentity> identity() {
        return handshaken() ? identity : Optional.empty();
    }

    /** Why the connection is over, in a sentence for the log; empty when the host ended it in good order. */
    Optional<String> failure() {
        return failure;
    }

    /** Says good-bye: what is to be sent is to be had from {@link #wrap}. */
    void close() {
        if (!ended) {
            try {
                protocol.close();
            } catch (IOException e) {
                fail(e);
            }
            ended = true;
        }
    }

    private void greet(ClientHelloReader reader, ByteBuffer in) throws TlsAlert, IOException {
        Optional<ClientHello> message = reader.read(in);
        if (message.isPresent()) {
            TlsPsk psk = choose(message.get());
            hello = null;
            protocol.accept(new PskTlsServer(crypto, psk));
            protocol.offerInput(reader.records());
        }
    }

    private TlsPsk choose(ClientHello message) throws TlsAlert {
        boolean known = false;
        for (ClientHello.Offer offer : message.offers()) {
            Optional<TlsIdentity> offered = TlsIdentity.parse(offer.identity());
            for (TlsPsk psk : offered.map(this::keys).orElse(List.of())) {
                known = true;
                if (psk.made(offer.binder(), message.beforeBinders())) {
                    identity = offered;
                    return psk;
                }
            }
        }
        throw known
                ? new TlsAlert(
                        TlsAlert.DECRYPT_ERROR,
                        "the host's secret for TLS is another one than was expected; give both the same")
                : new TlsAlert(
                        TlsAlert.UNKNOWN_PSK_IDENTITY,
                        "there is no secret for TLS by the name that the host gives; set one");
    }

    private List<TlsPsk> keys(TlsIdentity offered) {
        return exports
                .tlsSecret(offered.hostNqn(), offered.subsystemNqn())
                .map(secret -> secret.keys(offered.hostNqn(), offered.subsystemNqn()))
                .orElse(List.of())
                .stream()
                .filter(psk -> psk.identity().equals(offered.text()))
                .toList();
    }

    private void take(ByteBuffer in) throws IOException {
        int length = Math.min(in.remaining(), CHUNK);
        if (in.hasArray()) {
            protocol.offerInput(in.array(), in.arrayOffset() + in.position(), length);
            in.position(in.position() + length);
        } else {
            in.get(chunk, 0, length);
            protocol.offerInput(chunk, 0, length);
        }
        ended = protocol.isClosed();
    }

    private void give(ByteBuffer out) {
        int length = Math.min(protocol.getAvailableInputBytes(), out.remaining());
        if (length > 0) {
            protocol.readInput(out, length);
        }
    }

    private void flush(ByteBuffer out) {
        int length = Math.min(alert.remaining(), out.remaining());
        out.put(alert.slice(alert.position(), length));
        alert.position(alert.position() + length);
        length = Math.min(protocol.getAvailableOutputBytes(), out.remaining());
        if (length > 0) {
            protocol.readOutput(out, length);
        }
    }

    private void fail(Exception reason) {
        ended = true;
        failure = Optional.of(String.valueOf(reason.getMessage()));
    }
}
