package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RootHashTest {
    private static final String HEX = "000102030405060708090a0b0c0d0e0ff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

    @Test
    void itsEndsNameTwoPartitions() throws Exception {
        RootHash hash = RootHash.parse(HEX);

        assertThat(hash.dataPartition()).isEqualTo(UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f"));
        assertThat(hash.hashPartition()).isEqualTo(UUID.fromString("f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff"));
        assertThat(hash.bytes()).isEqualTo(32);
    }

    @Test
    void caseAndTheLineEndOfAFileDoNotMatter() throws Exception {
        assertThat(RootHash.parse(HEX.replace('f', 'F') + "\n")).isEqualTo(new RootHash(HEX));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0011", "g0010203040506070809101112131415", "000102030405060708091011121314151"})
    void anythingElseIsNone(String text) {
        assertThatThrownBy(() -> RootHash.parse(text))
                .isInstanceOf(ImageException.class)
                .hasMessage("expected a dm-verity root hash of 32 to 128 hexadecimal digits, but came '" + text + "'");
    }

    @Test
    void aLongTextIsNotRepeated() {
        assertThatThrownBy(() -> RootHash.parse("ab".repeat(65)))
                .isInstanceOf(ImageException.class)
                .hasMessageEndingWith("a text of 130 characters");
    }
}
