package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts that open TLS wrongly, or not to its end, at a target where hosts may also connect in the clear. */
final class HostileTlsIT extends HostileCase {
    private static final byte ALERT = 21;
    private static final int WAIT_MILLIS = 20_000;

    private final TlsPskSecret secret = secret();
    private final InitiatorPlan host = plan();
    private final TlsPsk psk =
            secret.keys(host.hostNqn(), HostileExports.SUBSYSTEM).getFirst();

    HostileTlsIT() {
        exports().secure(host.hostNqn(), secret);
    }

    private static TlsPskSecret secret() {
        return TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);
    }

    @Override
    TargetOptions options(TargetOptions defaults) {
        return super.options(defaults).withTls(TlsMode.ALLOWED);
    }

    @Override
    Timeouts timeouts() {
        Timeouts usual = Timeouts.defaults();
        return new Timeouts(
                Duration.ofSeconds(1),
                usual.connect(),
                usual.progress(),
                usual.termination(),
                usual.discovery(),
                usual.fence(),
                usual.tick());
    }

    /** What is wrong with a greeting. */
    enum Greeting {
        UNKNOWN_IDENTITY,
        WRONG_SECRET,
        LONG_IDENTITY,
        IDENTITY_THAT_IS_NO_TEXT,
        CHANGED,
        CUT_SHORT,
        HALF,
        ENDLESS,
        GARBAGE
    }

    @ParameterizedTest
    @EnumSource
    void whoCannotProveHimselfIsLeft(Greeting greeting) throws Exception {
        try (Socket socket = connect()) {
            say(socket, greeting(greeting));
            if (greeting == Greeting.CUT_SHORT) {
                socket.shutdownOutput();
            }
            assertEnds(socket);
        }
        theHostItselfIsNotDisturbed();
    }

    private byte[] greeting(Greeting greeting) throws IOException {
        byte[] good = TlsPskClient.offering(psk).output();
        return switch (greeting) {
            case UNKNOWN_IDENTITY ->
                TlsPskClient.offering(secret.keys("nqn.2026-11.org.example:nobody", HostileExports.SUBSYSTEM)
                                .getFirst())
                        .output();
            case WRONG_SECRET ->
                TlsPskClient.offering(secret().keys(host.hostNqn(), HostileExports.SUBSYSTEM)
                                .getFirst())
                        .output();
            case LONG_IDENTITY -> TlsPskClient.offering(bytes(60_000, 'A'), psk).output();
            case IDENTITY_THAT_IS_NO_TEXT ->
                TlsPskClient.offering("NVMe0R01 \n\0\u001b[2J %s".getBytes(StandardCharsets.ISO_8859_1), psk)
                        .output();
            case CHANGED -> {
                good[good.length - 1] ^= 1;
                yield good;
            }
            case CUT_SHORT, HALF -> Arrays.copyOf(good, good.length / 2);
            case ENDLESS -> {
                byte[] records = new byte[200_000];
                for (int at = 0; at + 5 < records.length; at += 5 + 16_384) {
                    System.arraycopy(new byte[] {22, 3, 1, 0x40, 0, 1, (byte) 0xff, (byte) 0xff, 0}, 0, records, at, 9);
                }
                yield records;
            }
            case GARBAGE -> {
                byte[] garbage = new byte[5000];
                new Random(7).nextBytes(garbage);
                System.arraycopy(new byte[] {22, 3, 1, 2, 0}, 0, garbage, 0, 5);
                yield garbage;
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3, DEFAULT", "-tls1_2, DEFAULT", "-tls1_2, PSK"})
    void anOrdinaryClientIsToldThatItIsWrongHere(String version, String ciphers) throws Exception {
        Process client = new ProcessBuilder(
                        "openssl",
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + address().getPort(),
                        version,
                        "-cipher",
                        ciphers,
                        "-psk_identity",
                        "nobody",
                        "-psk",
                        "00112233")
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).isNotZero();
        assertThat(said).contains("alert number");
        theHostItselfIsNotDisturbed();
    }

    @Test
    void aKeyUpdateEndsTheConnection() throws Exception {
        try (Socket socket = connect()) {
            TlsPskClient client = TlsPskClient.over(socket, psk);
            client.sendKeyUpdate();
            assertThat(readToEnd(client)).isEmpty();
        }
        theHostItselfIsNotDisturbed();
    }

    @Test
    void aRecordThatWasChangedEndsTheConnection() throws Exception {
        try (Socket socket = connect()) {
            TlsPskClient client = TlsPskClient.over(socket, psk);
            socket.getOutputStream().write(new byte[] {23, 3, 3, 0, 32});
            socket.getOutputStream().write(bytes(32, 9));
            assertThat(readToEnd(client)).isEmpty();
        }
        theHostItselfIsNotDisturbed();
    }

    @Test
    void nothingIsToBeHadInTheClearWhereTlsIsRequired() throws Exception {
        try (NvmeTarget strict = NvmeTarget.start(
                super.options(TargetOptions.defaults()).withTls(TlsMode.REQUIRED), exports(), timeouts())) {
            for (int at = 0; at < 3; at++) {
                try (InitiatorConnection connection = InitiatorConnection.raw(strict.address())) {
                    connection.send(InitiatorFrame.icReq(InitiatorOptions.PLAIN));
                    if (connection.socket().has(1)) {
                        assertThat(connection.socket().received().get(0)).isEqualTo(ALERT);
                    }
                }
            }
        }
    }

    @Test
    void manyHalfOpenHandshakesKeepNobodyOut() throws Exception {
        byte[] half = greeting(Greeting.HALF);
        List<Socket> many = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                Socket socket = connect();
                socket.getOutputStream().write(half, 0, i % 2 * half.length);
                many.add(socket);
            }
            theHostItselfIsNotDisturbed();
            for (Socket socket : many) {
                assertEnds(socket);
            }
        } finally {
            for (Socket socket : many) {
                socket.close();
            }
        }
    }

    private void theHostItselfIsNotDisturbed() throws Exception {
        try (TlsTunnel tunnel = new TlsTunnel(address(), psk);
                InitiatorAssociation association = InitiatorAssociation.open(tunnel.address(), host)) {
            works(association.queue(1));
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(WAIT_MILLIS);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), address().getPort()));
        return socket;
    }

    /** Sends all of it, or less to one who hangs up before the end. */
    private static void say(Socket socket, byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException hungUp) {
            assertThat(bytes).as("what comes in one piece is taken").hasSizeGreaterThan(1 << 16);
        }
    }

    /** Nothing comes but an alert, if anything. */
    private static void assertEnds(Socket socket) throws IOException {
        byte[] said;
        try {
            said = socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            said = new byte[0];
        }
        assertThat(said.length == 0 || (said[0] == ALERT && said.length == 7))
                .as("an alert and no more, not %s", Arrays.toString(said))
                .isTrue();
    }

    private static byte[] readToEnd(TlsPskClient client) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            client.getInputStream().transferTo(all);
        } catch (IOException ended) {
            assertThat(ended).isNotInstanceOf(SocketTimeoutException.class);
        }
        return all.toByteArray();
    }
}
