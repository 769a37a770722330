package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VeritySignatureTest {
    private static final String HASH = "ab".repeat(32);

    @Test
    void hashAndSignatureAreReadUpToTheFirstZero() throws Exception {
        byte[] partition = Arrays.copyOf(
                bytes("{\"rootHash\":\"" + HASH + "\",\"certificateFingerprint\":\"00\",\"signature\":\"MAEC\"}"),
                4096);

        VeritySignature signature = VeritySignature.parse(partition);

        assertThat(signature.rootHash().hex()).isEqualTo(HASH);
        assertThat(signature.signature()).containsExactly(0x30, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"rootHash\":\"x\",\"signature\":\"MAEC\"}",
                "{\"rootHash\":\"abababababababababababababababab\"}",
                "{\"rootHash\":\"abababababababababababababababab\",\"signature\":1}",
                "{\"rootHash\":\"abababababababababababababababab\",\"signature\":\"\"}",
                "{\"rootHash\":\"abababababababababababababababab\",\"signature\":\"M\"}"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> VeritySignature.parse(bytes(text))).isInstanceOf(ImageException.class);
    }

    @Test
    void textWithoutAnEndIsRefused() {
        byte[] endless = new byte[VeritySignature.MOST_BYTES + 1];
        Arrays.fill(endless, (byte) ' ');

        assertThatThrownBy(() -> VeritySignature.parse(endless)).isInstanceOf(ImageException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
