package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.UefiException;

final class GuestUriTest {
    @ParameterizedTest
    @CsvSource({
        "http://localhost:8081/x.efi, http://10.0.2.2:8081/x.efi",
        "http://127.0.0.1:8081/a/x.efi?q=1, http://10.0.2.2:8081/a/x.efi?q=1",
        "http://127.3.2.1/x.efi, http://10.0.2.2/x.efi",
        "http://[::1]:8081/x.efi, http://10.0.2.2:8081/x.efi",
        "http://192.0.2.7:8081/x.efi, http://192.0.2.7:8081/x.efi",
        "http://server/x.efi, http://server/x.efi",
    })
    void loopbackMeansThisMachine(String given, String expected) throws UefiException {
        assertThat(GuestUri.of(BootUri.parse(given))).hasToString(expected);
    }
}
