package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DomainNameTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void namesMayPointAtEarlierOnes() throws DhcpException {
        // The example of RFC 3397 section 2, in one piece.
        byte[] value = bytes("\3eng\5apple\3com\0\11marketing\300\4");

        assertThat(DomainName.decode(value, true)).containsExactly("eng.apple.com", "marketing.apple.com");
    }

    @Test
    void paddingIsNoName() throws DhcpException {
        assertThat(DomainName.decode(bytes("\1a\0\0\0\0"), false)).containsExactly("a");
        assertThat(DomainName.decode(new byte[0], false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\1a", // no end
                "\5a\0", // a label beyond the end
                "\300\0", // a pointer at itself
                "\1a\300\0", // a loop
                "\1a\300", // half a pointer
                "\1a\300\77", // a pointer forward
                "\1\n\0", // a character that would end the line in resolv.conf
                "\1 \0",
                "\100aaaa\0" // a label type that is none
            })
    void brokenNamesAreRefused(String text) {
        assertThatThrownBy(() -> DomainName.decode(bytes(text), true)).isInstanceOf(DhcpException.class);
    }

    @Test
    void pointersAreRefusedWhereNoneMayBe() {
        assertThatThrownBy(() -> DomainName.decode(bytes("\1a\0\300\0"), false)).isInstanceOf(DhcpException.class);
    }

    @Test
    void namesDoNotGrowWithoutBound() {
        assertThatThrownBy(() -> DomainName.decode(bytes("\1a\0".repeat(33)), false))
                .isInstanceOf(DhcpException.class);
        assertThatThrownBy(() -> DomainName.decode(bytes(("\77" + "a".repeat(63)).repeat(5) + "\0"), false))
                .isInstanceOf(DhcpException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", ".a", "a b", "a\nnameserver 6.6.6.6", "ä", "a;b", "a#"})
    void whatIsNoNameIsNotValid(String name) {
        assertThat(DomainName.isValid(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "example.test", "_srv.example.test.", "box-7"})
    void plainNamesAreValid(String name) {
        assertThat(DomainName.isValid(name)).isTrue();
    }
}
