package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the Version Format Specification (UAPI.10), and their like. */
final class VersionOrderTest {
    @ParameterizedTest
    @CsvSource({
        "~, ''",
        "'', a",
        "122.1, 123~rc1-1",
        "123~rc1-1, 123",
        "123, 123-a",
        "123-a, 123-a.1",
        "123-a.1, 123-1",
        "123-1, 123-1.1",
        "123-1.1, 123^post1",
        "123^post1, 123.a-1",
        "123.a-1, 123.1-1",
        "123.1-1, 123a-1",
        "123a-1, 124-1",
        "9, 10",
        "image_9, image_10",
        "A, a",
        "a, b",
        "a, a1",
        "1~, 1",
        "1.0-1, 1.0.1-1",
    })
    void olderComesFirst(String older, String newer) {
        assertThat(VersionOrder.compare(older, newer)).isNegative();
        assertThat(VersionOrder.compare(newer, older)).isPositive();
        assertThat(VersionOrder.compare(older, older)).isZero();
    }

    @Test
    void separatorsAndLeadingZerosMeanNothing() {
        assertThat(VersionOrder.compare("1_2", "1+2")).isZero();
        assertThat(VersionOrder.compare("007", "7")).isZero();
        assertThat(VersionOrder.compare("00", "0")).isZero();
    }
}
