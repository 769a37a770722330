package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.linux.MacAddress;

final class IpOptionTest {
    private static StaticAddress address(IpOption option) {
        return Objects.requireNonNull(option.addressOrNull());
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    @ParameterizedTest
    @CsvSource({
        "any,ANY",
        "dhcp,DHCP",
        "on,DHCP",
        "single-dhcp,DHCP",
        "dhcp6,DHCP6",
        "auto6,AUTO6",
        "either6,EITHER6",
        "link-local,LINK_LOCAL",
        "link6,LINK_LOCAL",
        "off,NONE",
        "none,NONE"
    })
    void aMethodAloneIsForEveryLink(String word, IpMethod method) throws NetworkException {
        IpOption option = IpOption.parse(word);

        assertThat(option.method()).isEqualTo(method);
        assertThat(option.interfaceName()).isEmpty();
        assertThat(option.addressOrNull()).isNull();
    }

    @Test
    void anInterfaceAndAMethodMayHaveMtuAndMac() throws NetworkException {
        assertThat(IpOption.parse("eth0:dhcp")).isEqualTo(option("eth0", IpMethod.DHCP, 0, null));
        assertThat(IpOption.parse("eth0:either6:1400")).isEqualTo(option("eth0", IpMethod.EITHER6, 1400, null));
        assertThat(IpOption.parse("eth0:dhcp:1400:52:54:00:12:34:56"))
                .isEqualTo(option("eth0", IpMethod.DHCP, 1400, new MacAddress(0x5254_0012_3456L)));
        assertThat(IpOption.parse("eth0:dhcp::52:54:00:12:34:56"))
                .isEqualTo(option("eth0", IpMethod.DHCP, 0, new MacAddress(0x5254_0012_3456L)));
        assertThat(IpOption.parse("BOOTIF:dhcp")).isEqualTo(option("BOOTIF", IpMethod.DHCP, 0, null));
        assertThat(IpOption.parse("52-54-00-12-34-56:dhcp"))
                .isEqualTo(option("52-54-00-12-34-56", IpMethod.DHCP, 0, null));
    }

    private static IpOption option(String name, IpMethod method, int mtu, @Nullable MacAddress mac) {
        return new IpOption(name, method, null, "", mtu, mac, List.of());
    }

    @Test
    void theFullFormGivesAnAddress() throws NetworkException {
        IpOption option = IpOption.parse("192.168.0.10::192.168.0.1:255.255.255.0:box.example:eth1:none:1400");

        assertThat(address(option)).isEqualTo(new StaticAddress(ip("192.168.0.10"), 24, null, ip("192.168.0.1")));
        assertThat(option.hostName()).isEqualTo("box.example");
        assertThat(option.interfaceName()).isEqualTo("eth1");
        assertThat(option.method()).isEqualTo(IpMethod.NONE);
        assertThat(option.mtu()).isEqualTo(1400);
    }

    @Test
    void theFullFormMayEndInNameServers() throws NetworkException {
        IpOption option = IpOption.parse("10.1.2.3:10.1.2.4:10.0.0.1:8:h:eth0:off:9.9.9.9:[2620:fe::fe]:10.0.0.5");

        assertThat(address(option)).isEqualTo(new StaticAddress(ip("10.1.2.3"), 8, ip("10.1.2.4"), ip("10.0.0.1")));
        assertThat(option.nameservers()).containsExactly(ip("9.9.9.9"), ip("2620:fe::fe"));
    }

    @Test
    void ipv6StandsInBrackets() throws NetworkException {
        IpOption option = IpOption.parse("[2001:db8::10]::[fe80::1]:56::eth0:none:9000:02:00:00:00:00:01");

        assertThat(address(option)).isEqualTo(new StaticAddress(ip("2001:db8::10"), 56, null, ip("fe80::1")));
        assertThat(option.mtu()).isEqualTo(9000);
        assertThat(option.macOrNull()).isEqualTo(new MacAddress(0x0200_0000_0001L));
        assertThat(address(IpOption.parse("[2001:db8::10]/48::::::none")).prefixLength())
                .isEqualTo(48);
        assertThat(address(IpOption.parse("[2001:db8::10]::::::none")).prefixLength())
                .isEqualTo(64);
    }

    @Test
    void whatIsLeftOutIsFilledAsTheKernelDoes() throws NetworkException {
        assertThat(address(IpOption.parse("10.1.2.3:::")).prefixLength()).isEqualTo(8);
        assertThat(address(IpOption.parse("172.16.2.3:::")).prefixLength()).isEqualTo(16);
        assertThat(address(IpOption.parse("192.168.2.3:::")).prefixLength()).isEqualTo(24);
        assertThat(IpOption.parse("192.168.2.3::192.168.2.1").method()).isEqualTo(IpMethod.NONE);
        assertThat(address(IpOption.parse("192.168.2.3/25::192.168.2.1")).prefixLength())
                .isEqualTo(25);
        assertThat(IpOption.parse(":::::eth0:dhcp")).isEqualTo(option("eth0", IpMethod.DHCP, 0, null));
        assertThat(IpOption.parse("::::box::dhcp").hostName()).isEqualTo("box");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dhpc",
                "eth0",
                "eth0:",
                "eth0:dhpc",
                "eth0:ibft",
                "eth/0:dhcp",
                "averylonginterfacename:dhcp",
                "eth0:dhcp:abc",
                "eth0:dhcp:70000",
                "eth0:dhcp:1400:52:54:00",
                "192.168.0.10::192.168.0.1:255.0.255.0::eth0:none",
                "192.168.0.10::192.168.0.1:33::eth0:none",
                "192.168.0.10::192.168.0.1:0::eth0:none",
                "192.168.0.10::2001:db8::1:24::eth0:none",
                "192.168.0.10::[2001:db8::1]:24::eth0:none",
                "192.168.0.10::gw:24::eth0:none",
                "192.168.0.10:::24:bad name:eth0:none",
                "192.168.0.10:::24::eth0:none:8.8.8.8:8.8.4.4:10.0.0.1:10.0.0.2",
                "0.0.0.0:::24::eth0:none",
                "255.255.255.255:::24::eth0:none",
                "224.0.0.1:::24::eth0:none",
                "127.0.0.1:::24::eth0:none",
                "[2001:db8::1:::64::eth0:none",
                "[::]:::64::eth0:none",
                "[fe80::1%eth0]:::64::eth0:none",
                "192.168.300.1:::24::eth0:none",
                "1.2.3:::24::eth0:none",
            })
    void everythingElseIsRefusedInOneSentence(String value) {
        assertThatThrownBy(() -> IpOption.parse(value))
                .isInstanceOf(NetworkException.class)
                .hasMessageStartingWith("ip=" + value + " on the kernel command line is not understood: ");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyTextIsReadOrRefused(long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String[] pieces = {":", "[", "]", "/", "dhcp", "any", "eth0", "192.168.0.1", "fe80::1", "24", "", "none", "%"};
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(16); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                IpOption.parse(text.toString());
            } catch (NetworkException expected) {
                refused++;
            }
        }
        assertThat(refused).as("seed " + seed).isPositive();
    }
}
