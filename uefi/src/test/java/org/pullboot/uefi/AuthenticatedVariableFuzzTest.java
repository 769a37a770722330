package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

final class AuthenticatedVariableFuzzTest {
    @FuzzTest
    void whatIsReadKeepsItsBytes(byte[] data) {
        try {
            assertThat(AuthenticatedVariable.parse(data).encode()).isEqualTo(data);
        } catch (UefiException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }
}
