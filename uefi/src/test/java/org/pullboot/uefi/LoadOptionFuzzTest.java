package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

final class LoadOptionFuzzTest {
    @FuzzTest
    void whatIsReadKeepsItsBytes(byte[] data) {
        Bytes bytes = Bytes.of(data);
        LoadOption option;
        try {
            option = LoadOption.parse(bytes);
        } catch (UefiException refused) {
            assertThat(refused).hasMessageNotContaining("null");
            return;
        }
        assertThat(option.bytes()).isEqualTo(bytes);
        assertThat(option.paths().toString()).isNotNull();
    }
}
