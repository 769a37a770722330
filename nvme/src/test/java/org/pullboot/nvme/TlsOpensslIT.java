package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenSSL's client as the host: it knows nothing of BouncyCastle. */
@Timeout(60)
final class TlsOpensslIT {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:6f1d2c3b-0a4e-4c58-9d7f-112233445566";
    private static final String SUBSYSTEM = "nqn.2026-01.org.pullboot:image";

    @TempDir
    Path directory;

    static Stream<Arguments> keys() {
        return Arrays.stream(TlsCipher.values()).flatMap(cipher -> {
            TlsPskSecret secret = TlsPskSecret.generate(new SecureRandom(), cipher);
            return secret.keys(HOST, SUBSYSTEM).stream().map(psk -> Arguments.of(secret, psk));
        });
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyOfASecretOpensAConnection(TlsPskSecret secret, TlsPsk psk) throws Exception {
        try (ServerSocketChannel server = listen()) {
            Process client = client(server, psk.identity(), psk.key(), psk.cipher(), "-tls1_3");
            try (SocketChannel connection = server.accept()) {
                TlsPskEngine engine = TlsPskEngine.of(TlsPskEngineTest.exports(secret), crypto());
                client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().flush();
                assertThat(line(engine, connection)).isEqualTo("hello\n");
                assertThat(engine.identity().orElseThrow().text()).isEqualTo(psk.identity());
                send(engine, connection, "hello, host\n");
                engine.close();
                send(engine, connection, "");
            }
            String output = output(client);
            assertThat(output).contains("hello, host").contains("TLSv1.3, Cipher is TLS_" + psk.cipher());
            assertThat(output).doesNotContain("Session Ticket arrived");
        }
    }

    @Test
    void anUnknownIdentityIsToldSo() throws Exception {
        assertThat(refusal("NVMe0R01 nqn.nobody " + SUBSYSTEM, "-tls1_3")).contains("alert number 115");
    }

    @Test
    void aWrongSecretIsToldSo() throws Exception {
        assertThat(refusal("NVMe0R01 " + HOST + " " + SUBSYSTEM, "-tls1_3")).contains("alert number 51");
    }

    @Test
    void anOldVersionIsToldSo() throws Exception {
        assertThat(refusal("NVMe0R01 " + HOST + " " + SUBSYSTEM, "-tls1_2")).contains("alert number 70");
    }

    private String refusal(String identity, String version) throws Exception {
        TlsPskSecret secret = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);
        try (ServerSocketChannel server = listen()) {
            Process client = client(server, identity, new byte[32], TlsCipher.AES_128_GCM_SHA256, version);
            try (SocketChannel connection = server.accept()) {
                TlsPskEngine engine = TlsPskEngine.of(TlsPskEngineTest.exports(secret), crypto());
                assertThat(line(engine, connection)).isEmpty();
                assertThat(engine.failure()).isPresent();
            }
            return output(client);
        }
    }

    private static org.bouncycastle.tls.crypto.TlsCrypto crypto() {
        return TlsPskEngine.crypto(new SecureRandom());
    }

    private static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Process client(ServerSocketChannel server, String identity, byte[] key, TlsCipher cipher, String version)
            throws IOException {
        InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
        return new ProcessBuilder(
                        "openssl",
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + address.getPort(),
                        version,
                        version.equals("-tls1_3") ? "-ciphersuites" : "-cipher",
                        version.equals("-tls1_3") ? "TLS_" + cipher : "DEFAULT",
                        "-psk_identity",
                        identity,
                        "-psk_session",
                        session(key, cipher).toString())
                .redirectErrorStream(true)
                .start();
    }

    /** OpenSSL takes a key for SHA-256 unless it is in the form of a saved session: a sequence in DER. */
    private Path session(byte[] key, TlsCipher cipher) throws IOException {
        byte[] now = BigInteger.valueOf(System.currentTimeMillis() / 1000).toByteArray();
        byte[] content = joined(
                der(2, new byte[] {1}),
                der(2, new byte[] {3, 4}),
                der(4, new byte[] {(byte) (cipher.suite() >> 8), (byte) cipher.suite()}),
                der(4, new byte[] {1}),
                der(4, key),
                der(0xa1, der(2, now)),
                der(0xa2, der(2, new byte[] {0x1c, 0x20})));
        return Files.writeString(
                directory.resolve("session.pem"),
                "-----BEGIN SSL SESSION PARAMETERS-----\n"
                        + Base64.getMimeEncoder().encodeToString(der(0x30, content))
                        + "\n-----END SSL SESSION PARAMETERS-----\n");
    }

    private static byte[] der(int tag, byte[] content) {
        return joined(new byte[] {(byte) tag, (byte) content.length}, content);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** What the client says up to the end of a line, or of the connection. */
    private static String line(TlsPskEngine engine, SocketChannel connection) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(4096);
        ByteBuffer out = ByteBuffer.allocate(4096);
        while (out.position() == 0 || out.get(out.position() - 1) != '\n') {
            if (connection.read(in) < 0) {
                break;
            }
            int given = engine.unwrap(in.flip(), out);
            in.compact();
            send(engine, connection, "");
            if (given < 0) {
                break;
            }
        }
        return StandardCharsets.US_ASCII.decode(out.flip()).toString();
    }

    private static void send(TlsPskEngine engine, SocketChannel connection, String text) throws IOException {
        ByteBuffer in = StandardCharsets.US_ASCII.encode(text);
        ByteBuffer out = ByteBuffer.allocate(4096);
        while (in.hasRemaining() || engine.hasOutput()) {
            engine.wrap(in, out.clear());
            out.flip();
            while (out.hasRemaining()) {
                connection.write(out);
            }
        }
    }

    private static String output(Process client) throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder();
        try (BufferedReader reader = client.inputReader()) {
            Optional<String> line = Optional.ofNullable(reader.readLine());
            while (line.isPresent()) {
                all.append(line.get()).append('\n');
                line = Optional.ofNullable(reader.readLine());
            }
        }
        assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return all.toString();
    }
}
