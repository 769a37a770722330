package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DhChapSecretTest {
    // Made by hand with Python's base64, zlib and hmac: the key is the bytes 0 to 31.
    private static final String PLAIN = "DHHC-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaR:";

    @Test
    void aPlainSecretIsUsedAsItIs() throws Exception {
        DhChapSecret secret = DhChapSecret.parse(PLAIN);
        assertThat(HexFormat.of().formatHex(secret.keyOf("any")))
                .isEqualTo("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        assertThat(secret.text()).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @CsvSource({
        "01,6b4e04d229ff87dac6530c913e2ae4d041d665bdd2da28af014d0e9b88995267",
        "02,3986d4b3ed0c0a665e185989265f1dc3ed09543a7fb926ee7c4b40df18fdb8588f5aed4d2551d561f695d57d60f97cf1",
        "03,6d5fd418dc9984e071f991a09443949c2b7d97e97e7b5467007c64cb06afb19d0db7e2903d5ba1938e4602038193648b1a4706ac61a4f52f022b4294b1156ac8"
    })
    void aTransformedSecretIsMixedWithTheName(String hash, String key) throws Exception {
        DhChapSecret secret = DhChapSecret.parse(PLAIN.replace(":00:", ":" + hash + ":"));
        assertThat(HexFormat.of().formatHex(secret.keyOf("nqn.2014-08.org.nvmexpress:uuid:1")))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 48, 64})
    void whatWasGeneratedIsReadBack(int length) throws Exception {
        SecureRandom random = new SecureRandom();
        for (DhChapHash hash : DhChapHash.values()) {
            DhChapSecret secret = DhChapSecret.generate(random, length, hash);
            assertThat(DhChapSecret.parse(secret.text())).isEqualTo(secret).hasSameHashCodeAs(secret);
        }
        DhChapSecret plain = DhChapSecret.generate(random, length);
        assertThat(DhChapSecret.parse(plain.text())).isEqualTo(plain);
        assertThat(plain).isNotEqualTo(DhChapSecret.generate(random, length));
    }

    @Test
    void otherLengthsAreNotGenerated() {
        assertThatThrownBy(() -> DhChapSecret.generate(new SecureRandom(), 16))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "DHHC-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaR",
                "DHHC-2:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaR:",
                "DHHC-1:04:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaR:",
                "DHHC-1:0:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaR:",
                "DHHC-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaS:",
                "DHHC-1:00:BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaR:",
                "DHHC-1:00:!AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaR:",
                "DHHC-1:00::",
                "DHHC-1:00:AAAA:",
                "DHHC-1:00:AAAAAA==:",
                "DHHC-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+KfiaR:more",
            })
    void whatIsNoSecretIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> DhChapSecret.parse(text))
                .isInstanceOf(SecretException.class)
                .hasNoCause()
                .message()
                .doesNotContain("AAECAw")
                .doesNotContain("!");
    }

    @Test
    void aSecretIsNotShown() throws Exception {
        DhChapSecret secret = DhChapSecret.parse(PLAIN);
        assertThat(new AuthenticationKeys(secret, java.util.Optional.of(secret)).toString())
                .doesNotContain("AAEC")
                .contains("DHHC-1:…");
    }
}
