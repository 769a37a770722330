package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://10.0.2.2:8081/x.efi, 10.0.2.2",
        "http://10.0.2.2/x.efi, 10.0.2.2",
        "https://10.0.2.2, 10.0.2.2",
        "http://user:pw@192.0.2.1:80/a@b, 192.0.2.1",
        "http://[2001:db8::1]:8081/x.efi, 2001:db8:0:0:0:0:0:1",
        "http://[::1]/, 0:0:0:0:0:0:0:1",
    })
    void anAddressIsFound(String url, String address) {
        assertThat(ServerAddress.of(url))
                .hasValueSatisfying(found -> assertThat(found.getHostAddress()).isEqualTo(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://boot.example/x.efi", "http://[::1", "", "10.0.2.2", "http://", "http:///x", "http://@/"})
    void everythingElseIsNone(String url) {
        assertThat(ServerAddress.of(url)).isEmpty();
    }
}
