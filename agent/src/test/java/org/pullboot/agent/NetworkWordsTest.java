package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.linux.MacAddress;

/** BOOTIF=, ifname=, rd.route= and the addresses in them. */
final class NetworkWordsTest {
    @Test
    void theBootCardIsReadWithAndWithoutItsType() throws NetworkException {
        MacAddress mac = new MacAddress(0xaabb_ccdd_eeffL);

        assertThat(BootIf.parse("01-AA-bb-cc-dd-ee-ff")).isEqualTo(mac);
        assertThat(BootIf.parse("01:aa:bb:cc:dd:ee:ff")).isEqualTo(mac);
        assertThat(BootIf.parse("aa:bb:cc:dd:ee:ff")).isEqualTo(mac);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20-aa-bb-cc-dd-ee-ff", "01-aa-bb-cc-dd-ee", "01-aa-bb-cc-dd-ee-ff-00", "eth0"})
    void anotherBootCardIsRefused(String value) {
        assertThatThrownBy(() -> BootIf.parse(value))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("BOOTIF=" + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "net0", "net0:", ":52:54:00:00:00:01", "a/b:52:54:00:00:00:01", "net0:52:54:00:00:00"})
    void aNameWithoutItsCardIsRefused(String value) {
        assertThatThrownBy(() -> LinkName.parse(value)).isInstanceOf(NetworkException.class);
    }

    @Test
    void routesOfBothFamiliesAreRead() throws NetworkException {
        assertThat(StaticRoute.parse("10.1.2.3/8:192.0.2.1:eth0"))
                .isEqualTo(new StaticRoute(
                        InetAddress.ofLiteral("10.0.0.0"), 8, InetAddress.ofLiteral("192.0.2.1"), "eth0"));
        assertThat(StaticRoute.parse("192.0.2.9"))
                .isEqualTo(new StaticRoute(InetAddress.ofLiteral("192.0.2.9"), 32, null, ""));
        assertThat(StaticRoute.parse("[2001:db8::]/32:[fe80::1]:eth0"))
                .isEqualTo(new StaticRoute(
                        InetAddress.ofLiteral("2001:db8::"), 32, InetAddress.ofLiteral("fe80::1"), "eth0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "10.0.0.0/33:192.0.2.1", "10.0.0.0/8:[fe80::1]", "10.0.0.0/8:gw", "/8", "10.0.0.0/"})
    void aBrokenRouteIsRefused(String value) {
        assertThatThrownBy(() -> StaticRoute.parse(value)).isInstanceOf(NetworkException.class);
    }

    @Test
    void masksAndNetworksAreWorkedOut() {
        assertThat(IpAddress.prefixLength(new byte[] {-1, -1, -16, 0})).isEqualTo(20);
        assertThat(IpAddress.prefixLength(new byte[] {-1, 0, -1, 0})).isEqualTo(-1);
        assertThat(IpAddress.prefixLength(new byte[4])).isZero();
        assertThat(IpAddress.network(InetAddress.ofLiteral("10.255.255.1"), 12))
                .isEqualTo(InetAddress.ofLiteral("10.240.0.0"));
        assertThat(IpAddress.isInNetwork(InetAddress.ofLiteral("10.0.0.200"), InetAddress.ofLiteral("10.0.0.1"), 25))
                .isFalse();
        assertThat(IpAddress.parse("0x7f.1")).isEmpty();
        assertThat(IpAddress.parse("1.2.3.4.")).isEmpty();
        assertThat(IpAddress.parse("::ffff:1.2.3.4").orElseThrow().getAddress()).hasSize(4);
    }
}
