package org.pullboot.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.Test;
import org.pullboot.pull.PullException;

/** Damaged and hostile keyrings and signatures: nothing but the declared error, and never a good word for other data. */
final class HostileOpenPgpTest {
    private static final int EACH = 4000;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final byte[] DATA = "list\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "lost\n".getBytes(StandardCharsets.UTF_8);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final PGPKeyPair primary = Forge.ed25519(NOW.minusSeconds(1000));
    private final PGPKeyPair subkey = Forge.ed25519(NOW.minusSeconds(1000));
    private final byte[] certificate = certificate();

    HostileOpenPgpTest() throws PGPException, IOException {}

    private byte[] certificate() throws PGPException, IOException {
        Instant made = NOW.minusSeconds(900);
        Forge forge = new Forge(primary).user(made).subkey(subkey);
        PGPSignature back = forge.onSubkey(PGPSignature.PRIMARYKEY_BINDING, subkey, subkey, made, said -> {});
        forge.add(forge.onSubkey(PGPSignature.SUBKEY_BINDING, primary, subkey, made, said -> {
            said.setKeyFlags(true, KeyFlags.SIGN_DATA);
            try {
                said.addEmbeddedSignature(true, back);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }));
        return forge.bytes();
    }

    @Test
    void damagedSignaturesAreRefusedOrStillGoodForTheSameData() throws Exception {
        OpenPgpKeyring keyring = OpenPgpKeyring.of("ring", certificate, CLOCK);
        byte[] binary = Forge.data(subkey, NOW.minusSeconds(10), said -> {}, DATA);
        List<byte[]> samples = List.of(binary, Armor.add(binary), Rfc9580Test.sample("rfc9580-a6.asc"));
        for (int i = 0; i < 3 * EACH; i++) {
            byte[] damaged = damaged(samples.get(i % samples.size()));
            check(keyring, DATA, damaged);
            assertThat(check(keyring, OTHER, damaged)).as("seed " + seed).isFalse();
        }
    }

    private static boolean check(OpenPgpKeyring keyring, byte[] data, byte[] signature) {
        try {
            keyring.check(data, signature);
            return true;
        } catch (PullException e) {
            assertThat(e).hasMessageStartingWith("the signature is refused: ");
            return false;
        }
    }

    @Test
    void aDamagedMessageHoldsWhatWasSignedOrNothing() throws Exception {
        OpenPgpKeyring keyring = OpenPgpKeyring.of("a3", Rfc9580Test.sample("rfc9580-a3.asc"), CLOCK);
        byte[] packets = Armor.remove(Rfc9580Test.sample("rfc9580-a7.asc"));
        byte[] content = keyring.open(packets);
        for (int i = 0; i < EACH; i++) {
            byte[] damaged = damaged(packets);
            try {
                assertThat(keyring.open(damaged)).as("seed " + seed).isEqualTo(content);
            } catch (PullException e) {
                assertThat(e).hasMessageStartingWith("the signed message is refused: ");
            }
        }
    }

    @Test
    void damagedKeyringsAreRefusedOrTrustNobodyNew() throws Exception {
        PGPKeyPair stranger = Forge.ed25519(NOW.minusSeconds(1000));
        byte[] signature = Forge.data(stranger, NOW.minusSeconds(10), said -> {}, DATA);
        List<byte[]> samples = List.of(certificate, Armor.add(certificate), keybox(certificate));
        for (int i = 0; i < 2 * EACH; i++) {
            byte[] damaged = damaged(samples.get(i % samples.size()));
            try {
                OpenPgpKeyring keyring = OpenPgpKeyring.of("ring", damaged, CLOCK);
                assertThat(check(keyring, DATA, signature)).as("seed " + seed).isFalse();
            } catch (OpenPgpException e) {
                assertThat(e).hasMessageStartingWith("the keyring ring ");
            }
        }
    }

    /** A first blob, and one that holds a certificate and nothing else that is looked at. */
    private static byte[] keybox(byte[] certificate) {
        ByteBuffer box = ByteBuffer.allocate(32 + 16 + certificate.length);
        box.putInt(32).put((byte) 1).put((byte) 1).putShort((short) 0).putInt(0x4b425866);
        box.position(32);
        box.putInt(16 + certificate.length).put((byte) 2).put((byte) 1).putShort((short) 0);
        box.putInt(16).putInt(certificate.length).put(certificate);
        return box.array();
    }

    private byte[] damaged(byte[] sample) {
        byte[] bytes = sample.clone();
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> {
                    int from = random.nextInt(bytes.length);
                    System.arraycopy(bytes, from, bytes, at, Math.min(bytes.length - from, bytes.length - at));
                }
            }
        }
        return bytes;
    }
}
