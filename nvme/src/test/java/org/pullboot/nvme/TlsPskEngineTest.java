package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class TlsPskEngineTest {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:6f1d2c3b-0a4e-4c58-9d7f-112233445566";
    private static final String SUBSYSTEM = "nqn.2026-01.org.pullboot:image";
    private static final TlsCrypto CRYPTO = TlsPskEngine.crypto(new SecureRandom());
    private static final TlsPskSecret SECRET = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);

    private TlsPskEngine engine = TlsPskEngine.of(exports(SECRET), CRYPTO);

    static Stream<Arguments> keys() {
        return Arrays.stream(TlsCipher.values()).flatMap(cipher -> {
            TlsPskSecret secret = TlsPskSecret.generate(new SecureRandom(), cipher);
            return secret.keys(HOST, SUBSYSTEM).stream().map(psk -> Arguments.of(secret, psk));
        });
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyOfASecretOpensAConnection(TlsPskSecret secret, TlsPsk psk) throws Exception {
        engine = TlsPskEngine.of(exports(secret), CRYPTO);
        TlsPskClient client = TlsPskClient.offering(psk);
        shakeHands(client, 4096);
        assertThat(engine.identity().orElseThrow())
                .isEqualTo(new TlsIdentity(psk.identity(), psk.cipher(), HOST, SUBSYSTEM));
        assertThat(engine.hasOutput())
                .as("nothing after the handshake but data")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 4096, 70_000})
    void dataGoesBothWaysInBuffersOfAnySize(int size) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TlsPskClient client = TlsPskClient.offering(SECRET.keys(HOST, SUBSYSTEM).getFirst());
        shakeHands(client, size);
        for (int length : new int[] {1, 128, 4096, 16_384, 16_385, 100_000}) {
            byte[] data = new byte[length];
            random.nextBytes(data);
            client.writeApplicationData(data, 0, length);
            assertThat(received(client.output(), size)).as("seed %d", seed).isEqualTo(data);
            assertThat(client.input(sent(data, Math.max(size, 100))))
                    .as("seed %d", seed)
                    .isEqualTo(data);
        }
    }

    @Test
    void directBuffersWillDo() throws Exception {
        TlsPskClient client = TlsPskClient.offering(SECRET.keys(HOST, SUBSYSTEM).getFirst());
        shakeHands(client, 4096);
        client.writeApplicationData(new byte[] {1, 2, 3}, 0, 3);
        byte[] ciphertext = client.output();
        ByteBuffer in =
                ByteBuffer.allocateDirect(ciphertext.length).put(ciphertext).flip();
        ByteBuffer out = ByteBuffer.allocateDirect(100);
        assertThat(engine.unwrap(in, out)).isEqualTo(3);
        assertThat(engine.wrap(out.flip(), ByteBuffer.allocateDirect(200))).isGreaterThan(3);
    }

    @Test
    void aReaderThatIsNotReadBuffersNoMoreThanItWasGiven() throws Exception {
        TlsPskClient client = TlsPskClient.offering(SECRET.keys(HOST, SUBSYSTEM).getFirst());
        shakeHands(client, 4096);
        client.writeApplicationData(new byte[1 << 20], 0, 1 << 20);
        ByteBuffer in = ByteBuffer.wrap(client.output());
        assertThat(engine.unwrap(in, ByteBuffer.allocate(10))).isEqualTo(10);
        assertThat(in.position()).isLessThan(40_000);
        int taken = in.position();
        assertThat(engine.unwrap(in, ByteBuffer.allocate(0))).isZero();
        assertThat(in.position()).isEqualTo(taken);
    }

    @Test
    void aHostMayEndInGoodOrder() throws Exception {
        TlsPskClient client = TlsPskClient.offering(SECRET.keys(HOST, SUBSYSTEM).getFirst());
        shakeHands(client, 4096);
        client.writeApplicationData(new byte[] {1}, 0, 1);
        client.close();
        ByteBuffer in = ByteBuffer.wrap(client.output());
        assertThat(engine.unwrap(in, ByteBuffer.allocate(100))).isEqualTo(1);
        assertThat(engine.unwrap(in, ByteBuffer.allocate(100))).isEqualTo(-1);
        assertThat(engine.failure()).isEmpty();
        assertThat(engine.handshaken()).isFalse();
    }

    @Test
    void soMayTheTarget() throws Exception {
        TlsPskClient client = TlsPskClient.offering(SECRET.keys(HOST, SUBSYSTEM).getFirst());
        shakeHands(client, 4096);
        engine.close();
        client.input(sent(new byte[] {}, 100));
        assertThat(client.alert()).isEqualTo(AlertDescription.close_notify);
        assertThat(engine.unwrap(ByteBuffer.allocate(0), ByteBuffer.allocate(1)))
                .isEqualTo(-1);
        assertThat(engine.failure()).isEmpty();
    }

    @Test
    void dataBeforeTheHandshakeIsADefectOfOurs() {
        assertThatThrownBy(() -> engine.wrap(ByteBuffer.allocate(1), ByteBuffer.allocate(1000)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aWrongSecretIsRefused() throws Exception {
        TlsPskSecret other = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);
        TlsPskClient client = TlsPskClient.offering(other.keys(HOST, SUBSYSTEM).get(1));
        assertRefused(client, TlsAlert.DECRYPT_ERROR);
    }

    @Test
    void unknownIdentitiesAreRefused() throws Exception {
        TlsPsk psk = SECRET.keys(HOST, SUBSYSTEM).get(1);
        for (String identity : new String[] {
            "NVMe0R01 " + HOST + "x " + SUBSYSTEM,
            "NVMe0R02 " + HOST + " " + SUBSYSTEM,
            "NVMe1R01 " + HOST + " " + SUBSYSTEM + " iSbjiStwJ/1TrTvDlt2fjFmzvsytOJelidNnA+X5lEU=",
            "nobody",
            "x".repeat(10_000)
        }) {
            engine = TlsPskEngine.of(exports(SECRET), CRYPTO);
            TlsPskClient client = TlsPskClient.offering(identity.getBytes(StandardCharsets.UTF_8), psk);
            assertRefused(client, TlsAlert.UNKNOWN_PSK_IDENTITY);
        }
    }

    @Test
    void aChangedProofIsRefused() throws Exception {
        TlsPsk psk = SECRET.keys(HOST, SUBSYSTEM).getFirst();
        byte[] output = TlsPskClient.offering(psk).output();
        // The last byte is the binder's.
        output[output.length - 1] ^= 1;
        engine.unwrap(ByteBuffer.wrap(output), ByteBuffer.allocate(100));
        assertThat(alert()).isEqualTo(TlsAlert.DECRYPT_ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000800080000000", // an ICReq
                "474554202f20485454502f312e31", // HTTP
                "16",
                "1603",
                "1604030005",
                "1603010000",
                "160301ffff",
                "160303000402000000",
                "16030300080100ffff01020304",
                "1603030004010000001703030001",
                "16030300050100000103"
            })
    void whatIsNoClientHelloIsRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        int result = engine.unwrap(ByteBuffer.wrap(bytes), ByteBuffer.allocate(100));
        if (bytes.length < 3 || hex.equals("16030300080100ffff01020304")) {
            // Not yet whole, or too long to be ever.
            assertThat(result).isIn(0, -1);
        } else {
            assertThat(result).isEqualTo(-1);
            assertThat(alert()).isPositive();
            assertThat(engine.failure()).isPresent();
        }
        assertThat(engine.handshaken()).isFalse();
    }

    @Test
    void aHelloThatNeverEndsIsRefused() {
        byte[] record = HexFormat.of().parseHex("160301000100");
        int result =
                engine.unwrap(ByteBuffer.wrap(HexFormat.of().parseHex("16030100040100c000")), ByteBuffer.allocate(100));
        assertThat(result).isEqualTo(-1);
        assertThat(alert()).isEqualTo(TlsAlert.RECORD_OVERFLOW);
        engine = TlsPskEngine.of(exports(SECRET), CRYPTO);
        engine.unwrap(ByteBuffer.wrap(HexFormat.of().parseHex("160301000401004000")), ByteBuffer.allocate(100));
        result = 0;
        for (int i = 0; i < 20_000 && result == 0; i++) {
            result = engine.unwrap(ByteBuffer.wrap(record), ByteBuffer.allocate(100));
        }
        assertThat(result).isEqualTo(-1);
    }

    @Test
    void aKeyUpdateIsRefused() throws Exception {
        TlsPskClient client = TlsPskClient.offering(SECRET.keys(HOST, SUBSYSTEM).getFirst());
        shakeHands(client, 4096);
        client.sendKeyUpdate();
        assertThat(engine.unwrap(ByteBuffer.wrap(client.output()), ByteBuffer.allocate(100)))
                .isEqualTo(-1);
        assertThat(engine.failure()).isPresent();
        assertThatThrownBy(() -> client.input(sent(new byte[] {}, 100))).isInstanceOf(TlsFatalAlertReceived.class);
        assertThat(client.alert()).isEqualTo(AlertDescription.unexpected_message);
    }

    @Test
    void aChangedRecordIsRefused() throws Exception {
        TlsPskClient client = TlsPskClient.offering(SECRET.keys(HOST, SUBSYSTEM).getFirst());
        shakeHands(client, 4096);
        client.writeApplicationData(new byte[] {1}, 0, 1);
        byte[] output = client.output();
        output[output.length - 1] ^= 1;
        assertThat(engine.unwrap(ByteBuffer.wrap(output), ByteBuffer.allocate(100)))
                .isEqualTo(-1);
        assertThatThrownBy(() -> client.input(sent(new byte[] {}, 100))).isInstanceOf(TlsFatalAlertReceived.class);
        assertThat(client.alert()).isEqualTo(AlertDescription.bad_record_mac);
    }

    @Test
    void changedBytesEndTheConnectionAndNothingElse() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            engine = TlsPskEngine.of(exports(SECRET), CRYPTO);
            TlsPskClient client =
                    TlsPskClient.offering(SECRET.keys(HOST, SUBSYSTEM).getFirst());
            if (random.nextBoolean()) {
                engine.unwrap(ByteBuffer.wrap(client.output()), ByteBuffer.allocate(100));
                client.input(sent(new byte[] {}, 4096));
            }
            byte[] output = client.output();
            for (int change = random.nextInt(3); change >= 0; change--) {
                output[random.nextInt(output.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int result = engine.unwrap(ByteBuffer.wrap(output), ByteBuffer.allocate(100));
            assertThat(result).as("seed %d", seed).isIn(0, -1);
            assertThat(engine.handshaken() && result == -1).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void theFirstByteTellsTlsFromClearText() {
        assertThat(TlsPskEngine.isTls((byte) 22)).isTrue();
        assertThat(TlsPskEngine.isTls((byte) 0)).isFalse();
    }

    private void assertRefused(TlsPskClient client, int alert) {
        int result = engine.unwrap(ByteBuffer.wrap(client.output()), ByteBuffer.allocate(100));
        assertThat(result).isEqualTo(-1);
        assertThat(engine.failure()).isPresent();
        assertThat(engine.handshaken()).isFalse();
        assertThatThrownBy(() -> client.input(sent(new byte[] {}, 100))).isInstanceOf(TlsFatalAlertReceived.class);
        assertThat(client.alert()).isEqualTo(alert);
    }

    private int alert() {
        ByteBuffer out = ByteBuffer.allocate(100);
        assertThat(engine.wrap(ByteBuffer.allocate(0), out)).isEqualTo(7);
        assertThat(engine.hasOutput()).isFalse();
        return out.get(6);
    }

    private void shakeHands(TlsPskClient client, int size) throws IOException {
        for (int i = 0; i < 3 && !(engine.handshaken() && client.isConnected()); i++) {
            assertThat(received(client.output(), size)).isEmpty();
            client.input(sent(new byte[] {}, size));
        }
        assertThat(engine.failure()).isEmpty();
        assertThat(engine.handshaken()).isTrue();
    }

    /** The plaintext of what a client sent, through buffers of that size. */
    private byte[] received(byte[] ciphertext, int size) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer out = ByteBuffer.allocate(size);
        for (int at = 0; at < ciphertext.length; ) {
            int length = Math.min(size, ciphertext.length - at);
            ByteBuffer in = ByteBuffer.wrap(ciphertext, at, length).slice();
            int given;
            do {
                given = engine.unwrap(in, out.clear());
                all.write(out.array(), 0, Math.max(given, 0));
            } while (in.hasRemaining() || given == size);
            at += length;
        }
        return all.toByteArray();
    }

    /** The ciphertext of what the target sends, through buffers of that size. */
    private ByteBuffer sent(byte[] plaintext, int size) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(plaintext);
        ByteBuffer out = ByteBuffer.allocate(size);
        while (in.hasRemaining() || engine.hasOutput()) {
            int given = engine.wrap(in, out.clear());
            all.write(out.array(), 0, given);
        }
        return ByteBuffer.wrap(all.toByteArray());
    }

    static Exports exports(TlsPskSecret secret) {
        return new Exports() {
            @Override
            public List<String> visibleTo(Host host) {
                return List.of(SUBSYSTEM);
            }

            @Override
            public Export open(String subsystemNqn, Host host) throws RefusedException {
                throw new RefusedException(RefusedException.Reason.NOT_NOW, "not in this test");
            }

            @Override
            public Optional<TlsPskSecret> tlsSecret(String hostNqn, String subsystemNqn) {
                return hostNqn.equals(HOST) && subsystemNqn.equals(SUBSYSTEM) ? Optional.of(secret) : Optional.empty();
            }
        };
    }
}
