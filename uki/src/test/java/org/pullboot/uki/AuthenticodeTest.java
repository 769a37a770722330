package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthenticodeTest {
    private static final Instant TIME = Instant.parse("2026-07-01T12:00:00Z");

    private static SigningKey key;
    private static SigningKey other;

    @TempDir
    private Path directory;

    private Path image;
    private Path signed;

    @BeforeAll
    static void makeKeys() throws KeyException {
        key = SelfSigned.generate("one", 2048, TIME, Duration.ofDays(1));
        other = SelfSigned.generate("other", 2048, TIME, Duration.ofDays(1));
    }

    @BeforeEach
    void writeImage() throws IOException {
        image = directory.resolve("image.efi");
        signed = directory.resolve("signed.efi");
        Files.write(image, PeFixture.stub().bytes());
    }

    @Test
    void whatIsSignedHolds() throws IOException {
        long size = signer(key).sign(image, signed);

        assertThat(size).isEqualTo(Files.size(signed)).isGreaterThan(Files.size(image));
        AuthenticodeSignature signature = Authenticode.verify(signed, List.of(certificate(key)));
        assertThat(signature.signer()).isEqualTo(certificate(key));
        assertThat(signature.time()).contains(TIME);
        assertThat(PeFile.read(signed).isSigned()).isTrue();
    }

    @Test
    void theSameInputGivesTheSameBytes() throws IOException {
        Path again = directory.resolve("again.efi");
        signer(key).sign(image, signed);
        signer(key).sign(image, again);

        assertThat(again).hasSameBinaryContentAs(signed);
    }

    @Test
    void withoutATimeThereIsNoneInTheSignature() throws IOException {
        new AuthenticodeSigner(key, certificate(key), List.of(), Optional.empty()).sign(image, signed);

        assertThat(Authenticode.signatures(signed).getFirst().time()).isEmpty();
    }

    @Test
    void anImageInPlaceGetsASecondSignatureAndBothHold() throws IOException {
        signer(key).sign(image, image);
        signer(other).sign(image, image);

        assertThat(Authenticode.signatures(image))
                .extracting(AuthenticodeSignature::signer)
                .containsExactly(certificate(key), certificate(other));
        assertThat(Authenticode.verify(image, List.of(certificate(key))).signer())
                .isEqualTo(certificate(key));
        assertThat(Authenticode.verify(image, List.of(certificate(other))).signer())
                .isEqualTo(certificate(other));
    }

    @Test
    void anImageOfAnyLengthIsPadded() throws IOException {
        byte[] bytes = PeFixture.stub().bytes();
        for (int extra = 0; extra < 9; extra++) {
            Files.write(image, Arrays.copyOf(bytes, bytes.length + extra));
            signer(key).sign(image, signed);
            assertThat(Authenticode.verify(signed, List.of(certificate(key)))).isNotNull();
        }
    }

    @Test
    void whatIsNotSignedIsRefused() {
        assertThatThrownBy(() -> Authenticode.verify(image, List.of(certificate(key))))
                .isInstanceOf(PeException.class)
                .hasMessage(image + ": it is not signed");
    }

    @Test
    void anotherSignersImageIsRefused() throws IOException {
        signer(key).sign(image, signed);

        assertThatThrownBy(() -> Authenticode.verify(signed, List.of(certificate(other))))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("signed by CN=one, whom none of the given certificates vouches for");
    }

    @Test
    void aFlippedByteAnywhereIsRefused() throws IOException {
        signer(key).sign(image, signed);
        byte[] bytes = Files.readAllBytes(signed);
        int unsigned = (int) Files.size(image);
        int checksum = 0x58 + PeFile.CHECKSUM;
        for (int at = 0; at < unsigned; at += at < 0x200 || at > unsigned - 0x40 ? 1 : 97) {
            if (at >= checksum && at < checksum + 4) {
                continue;
            }
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            Files.write(signed, changed);
            assertThatThrownBy(() -> Authenticode.verify(signed, List.of(certificate(key))))
                    .as("byte " + at)
                    .isInstanceOf(PeException.class);
        }
    }

    @Test
    void bytesBehindTheSignatureAreRefused() throws IOException {
        signer(key).sign(image, signed);
        byte[] bytes = Files.readAllBytes(signed);
        Files.write(signed, Arrays.copyOf(bytes, bytes.length + 8));

        assertThatThrownBy(() -> Authenticode.verify(signed, List.of(certificate(key))))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("at the end of the file");
    }

    @Test
    void aGapThatNoSignatureCoversIsRefused() throws IOException {
        byte[] bytes = PeFixture.stub().bytes();
        // The second section begins, and the third one ends, one alignment later.
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(0x148 + 20, 0x1200);
        Files.write(image, bytes);

        assertThatThrownBy(() -> signer(key).sign(image, signed))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("a signature covers all");
    }

    @Test
    void keysThatFirmwareDoesNotBelieveAreRefused() throws KeyException {
        SigningKey weak = SelfSigned.generate("weak", 1024, TIME, Duration.ofDays(1));
        assertThatThrownBy(() -> signer(weak)).isInstanceOf(KeyException.class).hasMessageContaining("1024");
        assertThatThrownBy(() -> new AuthenticodeSigner(key, certificate(other), List.of(), Optional.empty()))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("not for this private key");
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52})
    void damagedImagesThrowNothingButTheDeclaredError(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        signer(key).sign(image, signed);
        byte[] bytes = Files.readAllBytes(signed);
        int headers = 0x200;
        int table = (int) Files.size(image);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = bytes.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                int at = random.nextBoolean() ? random.nextInt(headers) : random.nextInt(table, bytes.length);
                damaged[at] = (byte) random.nextInt(256);
            }
            Files.write(
                    signed, random.nextInt(8) == 0 ? Arrays.copyOf(damaged, random.nextInt(bytes.length)) : damaged);
            try {
                Authenticode.verify(signed, List.of(certificate(key)));
            } catch (PeException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62})
    void damagedSignaturesThrowNothingButTheDeclaredErrorAndNeverHold(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        signer(key).sign(image, signed);
        byte[] der = new Pkcs7(key, certificate(key), List.of())
                .embedded(SpcIndirectData.TYPE, SpcIndirectData.of(new byte[32]), Optional.of(TIME));
        for (int round = 0; round < 4000; round++) {
            byte[] damaged = der.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                damaged[random.nextInt(der.length)] = (byte) random.nextInt(256);
            }
            try {
                AuthenticodeSignature signature = AuthenticodeSignature.parse(damaged);
                boolean believed = signature.isAbout(new byte[32])
                        && signature.isTrusted(List.of(certificate(key)))
                        && signature.isGenuine();
                assertThat(believed && !signature.time().equals(Optional.of(TIME)))
                        .isFalse();
            } catch (PeException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }

    private static X509Certificate certificate(SigningKey of) {
        return of.certificates().getFirst();
    }

    private static AuthenticodeSigner signer(SigningKey with) throws KeyException {
        return new AuthenticodeSigner(with, certificate(with), List.of(), Optional.of(TIME));
    }
}
