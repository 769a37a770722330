package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

final class SignatureListFuzzTest {
    @FuzzTest
    void whatIsReadKeepsItsBytes(byte[] data) {
        try {
            assertThat(SignatureList.encode(SignatureList.decode(data))).isEqualTo(data);
        } catch (UefiException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }
}
