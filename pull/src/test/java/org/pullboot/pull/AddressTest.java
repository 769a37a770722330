package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://h/a/b/../x/image.raw, /a/x/image.raw",
        "http://h/a/./b, /a/b",
        "http://h/../../x, /x",
        "http://h/a/.., /",
        "http://h/a/., /a/",
        "http://h/a/..b/.c, /a/..b/.c",
        "http://h//a//b, //a//b",
        "http://h, /",
        "http://h?x=y, /?x=y",
        "http://h/a?b=/../c#d, /a?b=/../c",
        "http://h/a b, /a%20b",
        "http://h/100%, /100%25",
        "http://h/a%20b, /a%20b",
        "http://h/a%2, /a%252",
        "'http://h/a[1]{\"|\"}', /a%5B1%5D%7B%22%7C%22%7D"
    })
    void theRequestTargetIsWhatCurlWouldSend(String url, String target) throws Fault {
        assertThat(Address.of(url).url().getFile()).isEqualTo(target);
    }

    @Test
    void userAndPasswordGoIntoAHeader() throws Fault {
        Address address = Address.of("http://user:p%40w@h:8081/x@y");

        assertThat(address.url().toString()).isEqualTo("http://h:8081/x@y");
        assertThat(address.authorization()).isEqualTo("Basic dXNlcjpwQHc=");
        assertThat(Address.of("http://h/x").authorization()).isNull();
    }

    @Test
    void theZoneOfAnAddressIsDecoded() throws Fault {
        assertThat(Address.of("http://[fe80::1%25eth0]:8443/x").url().getHost()).isEqualTo("[fe80::1%eth0]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://", "http:///x", "http://[::1/x", "http://h:port/x", "http://a b/x", "ftp://h/x", "x"})
    void whatIsNoUrlIsAFault(String url) {
        assertThatExceptionOfType(Fault.class).isThrownBy(() -> Address.of(url));
    }
}
