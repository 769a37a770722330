package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentRangeTest {
    @Test
    void allFormsAreRead() throws Fault {
        assertThat(ContentRange.parse("bytes 5-9/10")).isEqualTo(new ContentRange(5, 5, 10));
        assertThat(ContentRange.parse("bytes 0-0/*")).isEqualTo(new ContentRange(0, 1, -1));
        assertThat(ContentRange.parse("bytes */47")).isEqualTo(new ContentRange(-1, -1, 47));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 5-9",
                "bytes 9-5/10",
                "bytes 5-10/10",
                "bytes -9/10",
                "bytes 5/10",
                "lines 1-2/3",
                "bytes 5-9/-10",
                "bytes a-b/c",
                "bytes /"
            })
    void whatIsNoneIsAFault(String header) {
        assertThatExceptionOfType(Fault.class).isThrownBy(() -> ContentRange.parse(header));
    }
}
