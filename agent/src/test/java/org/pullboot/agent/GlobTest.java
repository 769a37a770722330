package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {
    private static final String VIRTIO_NET = "pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00";

    @ParameterizedTest
    @CsvSource({
        "pci:v00001AF4d*sv*sd*bc*sc*i*, true",
        "pci:v00001AF4d00001041sv*sd*bc*sc*i*, true",
        "pci:v00001AF4d00001042sv*sd*bc*sc*i*, false",
        "pci:v*d*sv*sd*bc02sc00i*, true",
        "pci:v*d*sv*sd*bc0[1-3]sc00i00, true",
        "pci:v*d*sv*sd*bc0[3-9]sc00i00, false",
        "pci:v*d*sv*sd*bc0[12]sc0?i00, true",
        "pci:v*d*sv*sd*bc0[12sc00i00, false",
        "*, true",
        "pci:*, true",
        "usb:*, false",
        "*i0, false",
    })
    void patternsMatchAsInModulesAlias(String pattern, boolean matches) {
        assertThat(Glob.matches(pattern, VIRTIO_NET)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXcYc, false",
        "'', '', true",
        "'', a, false",
        "**, '', true",
        "a[b, a[b, false",
        "[]a], ], true",
        "[a-, a, false",
        "?, '', false",
    })
    void cornersAreTurned(String pattern, String text, boolean matches) {
        assertThat(Glob.matches(pattern, text)).isEqualTo(matches);
    }
}
