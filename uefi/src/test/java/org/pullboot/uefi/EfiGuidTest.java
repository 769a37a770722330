package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class EfiGuidTest {
    @Test
    void firstThreeFieldsAreLittleEndianInMemory() {
        EfiGuid nvData = EfiGuid.parse("fff12b8d-7696-4c8b-a985-2747075b4f50");
        assertThat(nvData.bytes().hex()).isEqualTo("8d2bf1ff96768b4ca9852747075b4f50");
        assertThat(EfiGuid.take(nvData.bytes().buffer())).isEqualTo(nvData);
    }

    @Test
    void textFormIsLowerCase() {
        assertThat(EfiGuid.parse("8BE4DF61-93CA-11D2-AA0D-00E098032B8C"))
                .isEqualTo(EfiGuid.GLOBAL)
                .hasToString("8be4df61-93ca-11d2-aa0d-00e098032b8c");
    }

    @Test
    void shortenedFormsAreRefused() {
        assertThatThrownBy(() -> EfiGuid.parse("1-2-3-4-5")).isInstanceOf(IllegalArgumentException.class);
    }
}
