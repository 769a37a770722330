package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MacAddressTest {
    @Test
    void colonsAndDashesAndCapitalsAreRead() {
        MacAddress mac = MacAddress.of(new byte[] {0x52, 0x54, 0, (byte) 0xab, (byte) 0xcd, (byte) 0xef});

        assertThat(MacAddress.parse("52:54:00:ab:cd:ef")).contains(mac);
        assertThat(MacAddress.parse("52-54-00-AB-CD-EF")).contains(mac);
        assertThat(mac).hasToString("52:54:00:ab:cd:ef").hasSameHashCodeAs(new MacAddress(mac.value()));
        assertThat(mac.bytes()).containsExactly(0x52, 0x54, 0, 0xab, 0xcd, 0xef);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "52:54:00:ab:cd",
                "52:54:00:ab:cd:e",
                "52:54:00:ab:cd:eg",
                "52:54-00:ab:cd:ef",
                "525400abcdef",
                "52:54:00:ab:cd:ef:",
                "52.54.00.ab.cd.ef",
                "+2:54:00:ab:cd:ef"
            })
    void anythingElseIsRefused(String text) {
        assertThat(MacAddress.parse(text)).isEmpty();
    }

    @Test
    void onlySixBytesMakeOne() {
        assertThatThrownBy(() -> MacAddress.of(new byte[5])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MacAddress(1L << 48)).isInstanceOf(IllegalArgumentException.class);
    }
}
