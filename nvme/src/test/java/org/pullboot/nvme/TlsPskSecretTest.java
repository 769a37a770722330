package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsPskSecretTest {
    private static final String HOST = "nqn.psk-test-host";
    private static final String SUBSYSTEM = "nqn.psk-test-subsys";

    // The secrets and the digests are those of libnvme's own tests; the keys are made with Python's hmac.
    private static final String SHORT = "NVMeTLSkey-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:";
    private static final String LONG =
            "NVMeTLSkey-1:02:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwP/w0S89ELi3W2LxIcLXVsDn8kXZQ==:";

    @ParameterizedTest
    @CsvSource({
        "0,1,iSbjiStwJ/1TrTvDlt2fjFmzvsytOJelidNnA+X5lEU=,8fc3c0badfd4c0c66fa3ca33aadd0314f85536cc9bc47338b60f3e6e563786ca",
        "1,0,,05c6503551ad136e6ee32e6eeb3f6d500b69701d84ec71e328f65c7f51566f68",
        "2,1,66GuqV08TsAGII39teWUfwQwizjv06Jy8jOcX3NAAzM=,b9f5ab2a41ba6e72a23a12066302a2f775fa6c0942c8e0b18ca8ac07edf305e2",
        "3,0,,09fb1983ac6d6d0353e7cae4f23daddd651c367fa347c59d9cf6936f5a83eafb"
    })
    void keysOfSha256AreThoseOfBothKindsOfTools(int index, int version, String digest, String key) throws Exception {
        TlsPsk psk = TlsPskSecret.parse(SHORT).keys(HOST, SUBSYSTEM).get(index);
        String end = digest == null ? "" : " " + digest;
        assertThat(psk.identity()).isEqualTo("NVMe" + version + "R01 " + HOST + " " + SUBSYSTEM + end);
        assertThat(HexFormat.of().formatHex(psk.key())).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "0,1,QhW2+Rp6RzHlNtCslyRxMnwJ11tKKhz8JCAQpQ+XUD8f9td1VeH5h53yz2wKJG1a,"
                + "a2b2f943f479fc682555cec89857c80ed004ce92f32a973d5764155bb7e36b17a85368a0666d250afac9282dda2e62ca",
        "1,0,,f42ba63824cdfe421914c582921f85b5b5b7e2d4df084caeedc9be20b212e8bb0fe8a23e9d59a1c8fc6449da4970a78d",
        "2,1,RsKmYJ3nAn1ApjjMloJFbAkLPivONDAX/xW327YBUsn2eGShXSjCZvBaOxscLqmz,"
                + "fcefe2e2a2e682b1447dcabf1ec268f78f08c63cd075753abcc8bda2c5c34d48d3014aa8d76ad80107e4f5c9f27e2149",
        "3,0,,2ee4754186a625b28a3936ef4a40d839c3ad958b2e017562ee07e2501f172ce999dc9c29033ea7ee33f814f192c13f47"
    })
    void keysOfSha384AreThoseOfBothKindsOfTools(int index, int version, String digest, String key) throws Exception {
        TlsPsk psk = TlsPskSecret.parse(LONG).keys(HOST, SUBSYSTEM).get(index);
        String end = digest == null ? "" : " " + digest;
        assertThat(psk.identity()).isEqualTo("NVMe" + version + "R02 " + HOST + " " + SUBSYSTEM + end);
        assertThat(HexFormat.of().formatHex(psk.key())).isEqualTo(key);
    }

    /** The vectors of Linux's own tests for keys that an authentication made. */
    @Test
    void generatedKeysAreLinuxs() {
        byte[] psk = generated(DhChapHash.SHA256);
        String digest = TlsPsk.digest(TlsCipher.AES_128_GCM_SHA256, psk, "hostnqn", "subsysnqn");
        assertThat(digest).isEqualTo("OldoKuTfKddMuyCznAZojkWD7P4D9/AtzDzLimtOxqI=");
        assertThat(TlsPsk.key(TlsLabel.STANDARD, TlsCipher.AES_128_GCM_SHA256, psk, "01 " + digest))
                .isEqualTo(HexFormat.of().parseHex("3c17da628474a04d2247c4cab47968c915388193f7c071bd9489cc3666cd7cc8"));
        assertThat(TlsPsk.digest(TlsCipher.AES_256_GCM_SHA384, generated(DhChapHash.SHA384), "hostnqn", "subsysnqn"))
                .isEqualTo("cffMWk8TSS7HOQebjgYEIkrPrjWPV4JE5cdPB8WhEvY4JBW5YynKyv66XscN4A9n");
    }

    private static byte[] generated(DhChapHash hash) {
        int length = hash.length();
        byte[] secret = new byte[length];
        byte[] challenges = new byte[2 * length];
        for (int i = 0; i < length; i++) {
            secret[i] = (byte) ('A' + i);
            challenges[i] = (byte) i;
            challenges[length + i] = (byte) (0xff - i);
        }
        return hash.hmac(secret, challenges);
    }

    @Test
    void aSecretWithoutTransformationIsUsedAsItIs() throws Exception {
        List<TlsPsk> keys = TlsPskSecret.parse(SHORT.replace(":01:", ":00:")).keys(HOST, SUBSYSTEM);
        assertThat(keys.get(0).identity())
                .startsWith("NVMe1R01 ")
                .isEqualTo(keys.get(2).identity());
        assertThat(keys.get(0).key()).isNotEqualTo(keys.get(2).key());
    }

    @Test
    void aNameTooLongForTheStandardHasNoSuchKey() throws Exception {
        List<TlsPsk> keys = TlsPskSecret.parse(SHORT).keys("nqn." + "x".repeat(219), "nqn." + "y".repeat(219));
        assertThat(keys).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {SHORT, LONG, "NVMeTLSkey-1:00:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:"})
    void textsAreReadAndWritten(String text) throws Exception {
        assertThat(TlsPskSecret.parse(text).text()).isEqualTo(text);
        assertThat(TlsPskSecret.parse(text))
                .isEqualTo(TlsPskSecret.parse(text))
                .hasSameHashCodeAs(TlsPskSecret.parse(text));
    }

    @ParameterizedTest
    @EnumSource(TlsCipher.class)
    void whatWasGeneratedIsReadBack(TlsCipher cipher) throws Exception {
        TlsPskSecret secret = TlsPskSecret.generate(new SecureRandom(), cipher);
        assertThat(TlsPskSecret.parse(secret.text())).isEqualTo(secret);
        assertThat(secret).isNotEqualTo(TlsPskSecret.generate(new SecureRandom(), cipher));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NVMeTLSkey-1:02:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:",
                "NVMeTLSkey-1:03:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:",
                "NVMeTLSkey-2:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:",
                "NVMeTLSkey-1:01:WRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:",
                "NVMeTLSkey-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ",
                "DHHC-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:",
            })
    void whatIsNoSecretIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> TlsPskSecret.parse(text))
                .isInstanceOf(SecretException.class)
                .message()
                .doesNotContain("RLbtn");
    }

    @Test
    void aSecretIsNotShown() throws Exception {
        TlsPskSecret secret = TlsPskSecret.parse(SHORT);
        assertThat(secret.toString()).isEqualTo("NVMeTLSkey-1:…");
        assertThat(secret.keys(HOST, SUBSYSTEM).toString())
                .contains("the key of NVMe1R01")
                .doesNotContain("[B");
    }

    @ParameterizedTest
    @CsvSource({
        "NVMe0R01 a b,true",
        "NVMe0R02 a b,true",
        "NVMe1R01 a b iSbjiStwJ/1TrTvDlt2fjFmzvsytOJelidNnA+X5lEU=,true",
        "NVMe0G01 a b,false",
        "NVMe1G01 a b iSbjiStwJ/1TrTvDlt2fjFmzvsytOJelidNnA+X5lEU=,false",
        "NVMe0R03 a b,false",
        "NVMe2R01 a b,false",
        "NVMe0R01 a,false",
        "NVMe0R01 a b c,false",
        "NVMe0R01  b,false",
        "NVMe1R01 a b,false",
        "nvme0R01 a b,false"
    })
    void identitiesHaveOneOfTwoForms(String text, boolean isOne) {
        assertThat(TlsIdentity.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .isPresent())
                .isEqualTo(isOne);
    }

    @Test
    void anIdentityThatIsTooLongIsNone() {
        assertThat(TlsIdentity.parse(new byte[65535])).isEmpty();
    }
}
