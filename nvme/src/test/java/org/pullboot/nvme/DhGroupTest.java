package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class DhGroupTest {
    /** SHA-256 of the primes, big-endian with a zero in front, as BouncyCastle and Python have them. */
    @ParameterizedTest
    @CsvSource({
        "FFDHE2048,38bf25a6924daa0d4190acfaeeb58fc881c6780c60024bedfd3ba33dc3f1f1a1",
        "FFDHE3072,bda4560e982d7169bd8e5ba9dd4d7e974faf9d560095cb06080c213ba899f87a",
        "FFDHE4096,2f409715430030693294c7be4daf3d24e986efeb95e6b741d8ab4c83db4f6aed",
        "FFDHE6144,7c898a0950d458aee844aba6015d9666d4ab0e4223aec3ed2c1e301749174756",
        "FFDHE8192,810f9ea83be38d799fabdaf9fbfd89e11d70af30c8c8f4d2b367dc92c84a0f9d"
    })
    void primesAreThoseOfTheRfc(DhGroup group, String digest) {
        byte[] prime = group.prime().toByteArray();
        assertThat(prime).hasSize(group.length() + 1);
        assertThat(HexFormat.of().formatHex(DhChapHash.SHA256.digest(prime))).isEqualTo(digest);
    }

    /** The others take too long. */
    @ParameterizedTest
    @EnumSource(
            value = DhGroup.class,
            names = {"FFDHE2048", "FFDHE3072"})
    void primesAreSafe(DhGroup group) {
        assertThat(group.prime().isProbablePrime(20)).isTrue();
        assertThat(group.prime().shiftRight(1).isProbablePrime(20)).isTrue();
    }

    @Test
    void bothSidesShareASecretThatIsPadded() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 8; i++) {
            DhKeyPair one = DhKeyPair.generate(DhGroup.FFDHE2048, random);
            DhKeyPair other = DhKeyPair.generate(DhGroup.FFDHE2048, random);
            assertThat(one.publicValue()).as("seed %d", seed).hasSize(256);
            assertThat(one.shared(other.publicValue()))
                    .as("seed %d", seed)
                    .hasSize(256)
                    .isEqualTo(other.shared(one.publicValue()));
        }
    }

    @Test
    void aShortResultIsPaddedInFront() throws Exception {
        // The value 2 gives 2^exponent mod p: look for a pair where that has a zero in front.
        Random random = new Random(7);
        byte[] two = padded(BigInteger.TWO);
        for (int i = 0; ; i++) {
            assertThat(i).isLessThan(10_000);
            DhKeyPair pair = DhKeyPair.generate(DhGroup.FFDHE2048, random);
            byte[] shared = pair.shared(two);
            assertThat(shared).hasSize(256);
            if (shared[0] == 0) {
                assertThat(new BigInteger(1, shared)).isEqualTo(new BigInteger(1, pair.publicValue()));
                return;
            }
        }
    }

    @Test
    void valuesThatGiveTheSecretAwayAreRefused() {
        BigInteger prime = DhGroup.FFDHE2048.prime();
        DhKeyPair pair = DhKeyPair.generate(DhGroup.FFDHE2048, new Random(1));
        for (BigInteger bad : new BigInteger[] {
            BigInteger.ZERO,
            BigInteger.ONE,
            prime.subtract(BigInteger.ONE),
            prime,
            prime.add(BigInteger.ONE),
            BigInteger.ONE.shiftLeft(2048).subtract(BigInteger.ONE)
        }) {
            assertThatThrownBy(() -> pair.shared(padded(bad))).isInstanceOf(DhChapException.class);
        }
        assertThatThrownBy(() -> pair.shared(Arrays.copyOf(padded(BigInteger.TEN), 255)))
                .isInstanceOf(DhChapException.class);
        assertThatThrownBy(() -> pair.shared(new byte[] {})).isInstanceOf(DhChapException.class);
    }

    private static byte[] padded(BigInteger value) {
        byte[] padded = new byte[256];
        for (int i = 0; i < 256; i++) {
            padded[255 - i] = value.shiftRight(8 * i).byteValue();
        }
        return padded;
    }
}
