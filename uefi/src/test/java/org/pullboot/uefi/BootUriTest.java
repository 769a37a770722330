package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BootUriTest {
    @ParameterizedTest
    @CsvSource({
        "http://h:8081/x.efi, http://h:8081/x.efi",
        "HTTP://h/x.efi, http://h/x.efi",
        "http://h:8081, http://h:8081/",
        "http://h?a=b, http://h/?a=b",
        "http://h/x.efi#top, http://h/x.efi",
        "http://h/a%20b.efi?v=1, http://h/a%20b.efi?v=1",
        "https://[2001:db8::1]:8443/x.efi, https://[2001:db8::1]:8443/x.efi",
        "http://[fe80::1]/x.efi, http://[fe80::1]/x.efi",
    })
    void readsAndNormalises(String given, String expected) throws UefiException {
        assertThat(BootUri.parse(given)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ftp://h/x.efi | http:// and https://",
                "h:8081/x.efi | http:// and https://",
                "'' | http:// and https://",
                "http:///x.efi | names a host",
                "http://h/a b.efi | position 11",
                "http://h/ä.efi | write it as %XX",
                "http://user:secret@h/x.efi | user name and password",
                "http://h/%zz | two hexadecimal digits",
                "http://h/%1 | two hexadecimal digits",
                "http://h:/x.efi | port",
                "http://h:0/x.efi | port",
                "http://h:65536/x.efi | port",
                "http://h:80x/x.efi | port",
                "http://h:-1/x.efi | port",
                "http://10.0.2/x.efi | four numbers",
                "http://10.0.2.256/x.efi | four numbers",
                "http://[fe80::1%eth0]/x.efi | zones",
                "http://[::g]/x.efi | no IPv6 address",
                "http://[::1/x.efi | names a host",
                "http://[::1]x/x.efi | port",
                "http://h!/x.efi | names a host",
            })
    void refusesWithTheReason(String url, String reason) {
        assertThatThrownBy(() -> BootUri.parse(url))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void urlThatFitsNoDevicePathIsRefused() throws UefiException {
        assertThat(BootUri.parse("http://h/" + "x".repeat(1500) + ".efi").warnings())
                .hasSize(2);
        assertThatThrownBy(() -> BootUri.parse("http://h/" + "x".repeat(65530)))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("at most 65530");
    }

    @Test
    void warnsOfWhatTheMachineNeedsBeyondTheUrl() throws UefiException {
        assertThat(BootUri.parse("http://10.0.2.2:8081/x.efi").warnings()).isEmpty();
        assertThat(BootUri.parse("http://10.0.2.2:8081/x.EFI?v=1").warnings()).isEmpty();
        assertThat(BootUri.parse("http://10.0.2.2/image").warnings())
                .singleElement()
                .asString()
                .contains("Content-Type");
        assertThat(BootUri.parse("http://h/x.efi").warnings())
                .singleElement()
                .asString()
                .contains("name server");
        assertThat(BootUri.parse("https://10.0.2.2/x.efi").warnings())
                .singleElement()
                .asString()
                .contains("certificate");
        assertThat(BootUri.parse("http://localhost/x.efi").warnings())
                .singleElement()
                .asString()
                .contains("itself");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost/x, true",
        "http://127.0.0.1:81/x, true",
        "http://127.1.2.3/x, true",
        "http://[::1]:81/x, true",
        "http://127.example/x, false",
        "http://10.0.2.2/x, false",
        "http://[::2]/x, false",
    })
    void knowsLoopback(String url, boolean loopback) throws UefiException {
        assertThat(BootUri.parse(url).isLoopback()).isEqualTo(loopback);
    }

    @Test
    void anotherHostKeepsTheRest() throws UefiException {
        assertThat(BootUri.parse("http://[::1]:81/a/x.efi?q").withHost("10.0.2.2"))
                .hasToString("http://10.0.2.2:81/a/x.efi?q");
    }
}
