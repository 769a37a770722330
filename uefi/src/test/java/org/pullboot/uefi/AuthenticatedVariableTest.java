package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class AuthenticatedVariableTest {
    private static final EfiTime TIME = EfiTime.of(Instant.parse("2026-11-22T10:20:30Z"));
    private static final String TIME_BYTES = "ea070b160a141e00" + "0000000000000000";

    @Test
    void signedBytesAreNameVendorAttributesTimeAndValue() {
        byte[] bytes = AuthenticatedVariable.toBeSigned(
                "db", EfiGuid.SECURITY_DATABASE, AuthenticatedVariable.ATTRIBUTES, TIME, new byte[] {1, 2});
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("64006200" + "cbb219d73a3d9645a3bcdad00e67656f" + "27000000" + TIME_BYTES + "0102");
    }

    @Test
    void descriptorIsTimeThenCertificateThenValue() throws UefiException {
        byte[] bytes = AuthenticatedVariable.wrap(TIME, new byte[] {0x30, 0}, new byte[] {1, 2});
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(TIME_BYTES + "1a000000" + "0002" + "f10e" + "9dd2af4adf68ee498aa9347d375665a7" + "3000"
                        + "0102");
        AuthenticatedVariable read = AuthenticatedVariable.parse(bytes);
        assertThat(read.timestamp().instant()).contains(Instant.parse("2026-11-22T10:20:30Z"));
        assertThat(read.signature().hex()).isEqualTo("3000");
        assertThat(read.payload().hex()).isEqualTo("0102");
        assertThat(read.encode()).isEqualTo(bytes);
    }

    @Test
    void damagedDescriptorsThrowNothingButTheDeclaredError() {
        long seed = 41;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] golden = AuthenticatedVariable.wrap(TIME, new byte[40], new byte[40]);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Mutation.of(golden, random);
            try {
                AuthenticatedVariable read = AuthenticatedVariable.parse(bytes);
                assertThat(read.encode()).isEqualTo(bytes);
                assertThat(read.timestamp().instant()).isNotNull();
            } catch (UefiException refused) {
                assertThat(refused).as("seed %d round %d", seed, round).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void anotherKindOfSignatureIsRefused() {
        byte[] bytes = AuthenticatedVariable.wrap(TIME, new byte[0], new byte[0]);
        bytes[22] = 2;
        assertThatThrownBy(() -> AuthenticatedVariable.parse(bytes))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("PKCS#7");
    }

    @Test
    void timesCompareBySeconds() {
        EfiTime fraction = new EfiTime(Bytes.ofHex("ea070b160a141e00" + "0100000000000000"));
        assertThat(TIME.compareTo(fraction)).isZero();
        assertThat(TIME)
                .isGreaterThan(EfiTime.of(Instant.parse("2026-11-22T10:20:29Z")))
                .isGreaterThan(EfiTime.NONE);
        assertThat(EfiTime.NONE.isNone()).isTrue();
        assertThat(EfiTime.NONE.instant()).isEmpty();
        assertThatThrownBy(() -> EfiTime.of(Instant.parse("1899-12-31T23:59:59Z")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
