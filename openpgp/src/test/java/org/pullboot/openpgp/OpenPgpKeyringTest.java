package org.pullboot.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.pull.PullException;

/** Which signatures count, and where keyrings are looked for. */
final class OpenPgpKeyringTest {
    private static final Instant BORN = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant NOW = BORN.plus(Duration.ofDays(60));
    private static final byte[] DATA = "list\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final PGPKeyPair key = Forge.ed25519(BORN);
    private final OpenPgpKeyring keyring =
            OpenPgpKeyring.of("ring", new Forge(key).user(BORN).bytes(), InstantSource.fixed(NOW));

    OpenPgpKeyringTest() throws PGPException, IOException {}

    @Test
    void clocksMayBeAFewMinutesApart() throws Exception {
        keyring.check(DATA, signed(NOW.plus(Duration.ofMinutes(4))));

        assertThat(refusal(signed(NOW.plus(Duration.ofMinutes(6)))))
                .endsWith(" made it at 2024-03-01T00:06:00Z, which is still to come: set the clock");
    }

    @Test
    void aSignatureIsNoOlderThanItsKeyAndEndsWhenItSays() throws Exception {
        assertThat(refusal(signed(BORN.minusSeconds(1)))).contains("it says that it is older than the key");
        assertThat(refusal(Forge.data(key, BORN, said -> said.setSignatureExpirationTime(true, 86400), DATA)))
                .endsWith(" signed expired at 2024-01-02T00:00:00Z");
    }

    @Test
    void whatMustBeUnderstoodAndIsNotIsRefused() throws Exception {
        assertThat(refusal(custom(99, true))).contains("a signature has a condition (99) that must be understood");
        assertThat(refusal(custom(20, true))).contains("a signature has a condition (20) that must be understood");
        keyring.check(DATA, custom(99, false));
    }

    private byte[] custom(int type, boolean critical) throws PGPException, IOException {
        byte[] notation = {0, 0, 0, 0, 0, 1, 0, 1, 'a', 'b'};
        return Forge.data(
                key,
                BORN,
                said -> said.addCustomSubpacket(new SignatureSubpacket(type, critical, false, notation) {}),
                DATA);
    }

    @Test
    void signaturesThatAreNotOverDataAreRefused() throws Exception {
        byte[] standalone = Forge.data(PGPSignature.STAND_ALONE, key, BORN, HashAlgorithmTags.SHA512, said -> {}, DATA);

        assertThat(refusal(standalone)).endsWith("it is no signature over data (type 2)");
    }

    @Test
    void weakHashesAreRefused() throws Exception {
        for (int hash : new int[] {HashAlgorithmTags.MD5, HashAlgorithmTags.SHA1, HashAlgorithmTags.RIPEMD160}) {
            assertThat(refusal(Forge.data(PGPSignature.BINARY_DOCUMENT, key, BORN, hash, said -> {}, DATA)))
                    .contains("which does not keep others from forging it: sign with SHA-256 or SHA-512");
        }
    }

    @Test
    void oneGoodSignatureOfSeveralIsEnough() throws Exception {
        ByteArrayOutputStream several = new ByteArrayOutputStream();
        several.writeBytes(Forge.data(Forge.ed25519(BORN), BORN, said -> {}, DATA));
        several.writeBytes(Forge.data(key, BORN, said -> said.setSignatureExpirationTime(true, 1), DATA));

        assertThat(refusal(several.toByteArray()))
                .contains("the keyring ring does not have the key that made it", "; what the key");

        several.writeBytes(signed(NOW));
        keyring.check(DATA, several.toByteArray());
        for (int i = 0; i < 16; i++) {
            several.writeBytes(signed(NOW));
        }
        assertThat(refusal(several.toByteArray())).endsWith("it holds 19 signatures, and 1 to 16 are expected");
    }

    @Test
    void aCarriageReturnThatEndsNoLineMakesAnotherText() throws Exception {
        byte[] text = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);
        byte[] signature =
                Forge.data(PGPSignature.CANONICAL_TEXT_DOCUMENT, key, BORN, HashAlgorithmTags.SHA512, said -> {}, text);
        keyring.check(text, signature);
        keyring.check("one\r\ntwo\r\n".getBytes(StandardCharsets.UTF_8), signature);

        assertThatThrownBy(() -> keyring.check("one\rtwo\n".getBytes(StandardCharsets.UTF_8), signature))
                .isInstanceOf(PullException.class)
                .hasMessageEndingWith("this one has a carriage return within a line");
    }

    @Test
    void signedTextsEscapeTheirDashes() {
        String head = Armor.SIGNED_MESSAGE + "\n\n";
        String signature = "\n" + Armor.SIGNATURE + "\n\nwsA=\n-----END PGP SIGNATURE-----\n";

        assertThat(refusal((head + "-----BEGIN PGP SIGNED MESSAGE-----" + signature).getBytes(StandardCharsets.UTF_8)))
                .endsWith("a line of its signed text begins with a dash that is not escaped");
        assertThat(refusal((head + "- -\n-" + signature).getBytes(StandardCharsets.UTF_8)))
                .endsWith("it is cut short: a packet has fewer bytes than it says");
        assertThat(refusal((head + " ".repeat(1_000_000) + "x" + signature).getBytes(StandardCharsets.UTF_8)))
                .endsWith("it is cut short: a packet has fewer bytes than it says");
    }

    @Test
    void whatIsNoSignatureIsSaidToBeNone() {
        assertThat(refusal(new byte[0])).endsWith("it is no OpenPGP data, neither binary nor armoured");
        assertThat(refusal("<html>404</html>".getBytes(StandardCharsets.UTF_8)))
                .endsWith("it is no OpenPGP data, neither binary nor armoured");
        assertThat(refusal(new byte[SignatureFile.MAX_BYTES + 1]))
                .endsWith("it has more than 1048576 bytes, which no signature has");
        assertThat(refusal(Rfc9580Test.sample("rfc9580-a3.asc")))
                .endsWith("it holds a key where a signature should be");
    }

    @Test
    void theFirstKeyringThatIsThereIsTheOnlyOne() throws Exception {
        Path first = directory.resolve("import-pubring.pgp");
        Path second = directory.resolve("import-pubring.gpg");

        assertThatThrownBy(() -> OpenPgpKeyring.read(List.of(first, second)))
                .isInstanceOf(OpenPgpException.class)
                .hasMessage("there is no keyring (" + first + ", " + second
                        + "): put there the public keys of those whose images may be used, or name another file");

        Files.write(second, new Forge(key).user(BORN).bytes());
        OpenPgpKeyring.read(List.of(first, second)).check(DATA, signed(NOW));

        Files.write(first, Rfc9580Test.sample("rfc9580-a3.asc"));
        assertThatThrownBy(() -> OpenPgpKeyring.read(List.of(first, second)).check(DATA, signed(NOW)))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("the keyring " + first + " does not have the key that made it");
    }

    @Test
    void aKeyringWithoutKeysIsNone() throws IOException {
        Path file = Files.writeString(directory.resolve("ring"), "");

        assertThatThrownBy(() -> OpenPgpKeyring.read(List.of(file)))
                .isInstanceOf(OpenPgpException.class)
                .hasMessage(
                        "the keyring " + file + " cannot be used: it is no OpenPGP data, neither binary nor armoured");
    }

    @Test
    void anUnknownKeyBesideAGoodOneDoesNoHarm() throws Exception {
        ByteArrayOutputStream ring = new ByteArrayOutputStream();
        ring.writeBytes(new byte[] {(byte) 0xc6, 3, 9, 9, 9});
        ring.writeBytes(new Forge(key).user(BORN).bytes());

        OpenPgpKeyring.of("ring", ring.toByteArray(), InstantSource.fixed(NOW)).check(DATA, signed(NOW));
    }

    @Test
    void aNewKeySignsAndItsSecretIsForItsOwnerAlone() throws Exception {
        Path keys = directory.resolve("keys");
        OpenPgpKeyPair.Request request =
                new OpenPgpKeyPair.Request("Images", Instant.now(), Optional.of(Duration.ofDays(1)));
        OpenPgpKeyPair.generate(keys, request, new char[0]);
        OpenPgpSigner signer = OpenPgpSigner.read(keys.resolve(OpenPgpKeyPair.SECRET), what -> {
            throw new AssertionError("nobody is asked");
        });

        OpenPgpKeyring.read(List.of(keys.resolve(OpenPgpKeyPair.KEYRING))).check(DATA, signer.sign(DATA));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve(OpenPgpKeyPair.SECRET))))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> OpenPgpKeyPair.generate(keys, request, new char[0]))
                .hasMessage(keys.resolve(OpenPgpKeyPair.SECRET).toString());
        byte[] secret = Files.readAllBytes(keys.resolve(OpenPgpKeyPair.SECRET));
        InstantSource next = InstantSource.fixed(Instant.now().plus(Duration.ofDays(2)));
        assertThatThrownBy(() -> OpenPgpSigner.of("key", secret, what -> new char[0], next))
                .isInstanceOf(OpenPgpException.class)
                .hasMessageMatching("key cannot be used to sign: the key [0-9A-F]{40} expired at .*");
    }

    private byte[] signed(Instant made) throws PGPException, IOException {
        Consumer<PGPSignatureSubpacketGenerator> nothing = said -> {};
        return Forge.data(key, made, nothing, DATA);
    }

    private String refusal(byte[] signature) {
        try {
            keyring.check(DATA, signature);
            throw new AssertionError("it is good");
        } catch (PullException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
