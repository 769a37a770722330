package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way up on a machine with two cards, with dnsmasq as the network. */
final class NetworkIT {
    private static final String POOL = "--dhcp-range=192.0.2.100,192.0.2.150,1h";

    @TempDir
    Path work;

    private TestNetwork network;

    @BeforeEach
    void makeNetwork() throws IOException {
        network = new TestNetwork(work);
    }

    @AfterEach
    void removeNetwork() throws IOException {
        network.close();
    }

    @Test
    void theCardWithALinkGetsALeaseAndTheOtherIsLeftAlone() throws IOException {
        network.plug("s1", "192.0.2.1/24")
                .dnsmasq(
                        "s1",
                        POOL,
                        "--domain=example.test",
                        "--dhcp-option=option:mtu,1400",
                        "--dhcp-option=option:classless-static-route,0.0.0.0/0,192.0.2.2,198.51.100.0/24,192.0.2.3",
                        "--dhcp-host=52:54:00:00:00:02,box7",
                        "--dhcp-boot=http://192.0.2.1:8081/box.efi");

        var outcome = network.bringUp("ip=dhcp", "server.example.test", "server=192.0.2.1");

        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.lines())
                .contains(
                        "message eth0: no link",
                        "message eth1: link is up (52:54:00:00:00:02)",
                        "link eth1",
                        "mac 52:54:00:00:00:02",
                        "gateway 192.0.2.2",
                        "dns 192.0.2.1",
                        "search example.test",
                        "host box7",
                        "file http://192.0.2.1:8081/box.efi",
                        "how DHCPv4",
                        "found server.example.test 192.0.2.1",
                        "reaches by eth1")
                .anyMatch(line -> line.matches("address 192\\.0\\.2\\.1\\d\\d/24"));
        assertThat(network.onMachine("ip link show eth0")).doesNotContain(",UP");
        assertThat(network.onMachine("ip link show eth1")).contains("mtu 1400");
        assertThat(network.onMachine("ip route")).contains("198.51.100.0/24 via 192.0.2.3 dev eth1");
        assertThat(network.resolverFile()).startsWith("nameserver 192.0.2.1\nsearch example.test\n");
    }

    @Test
    void withoutAWordOneAddressFamilyIsEnough() throws IOException {
        network.plug("s0", "192.0.2.1/24").dnsmasq("s0", POOL);

        var outcome = network.bringUp("quiet");

        assertThat(outcome.lines()).as(outcome.errors()).contains("link eth0", "how DHCPv4");
    }

    @Test
    void aRouterGivesAddressRouteAndNameServer() throws IOException {
        network.plug("s0", "2001:db8::1/64")
                .dnsmasq("s0", "--enable-ra", "--dhcp-range=2001:db8::,ra-only", "--domain=six.test");

        var outcome = network.bringUp("ip=any", "server=2001:db8::1");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("link eth0", "address 2001:db8:0:0:5054:ff:fe00:1/64", "how router", "reaches by eth0")
                .anyMatch(line -> line.startsWith("gateway fe80:"));
        assertThat(network.onMachine("ip -6 route")).contains("default via fe80:");
    }

    @Test
    void aRouterTellsNameServersWithoutDhcp() throws IOException {
        network.plug("s0", "2001:db8::1/64")
                .dnsmasq("s0", "--enable-ra", "--dhcp-range=2001:db8::,ra-only", "--domain=six.test");

        var outcome = network.bringUp("ip=auto6", "server.example.test");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("how router", "found server.example.test 192.0.2.1")
                .anyMatch(line -> line.startsWith("dns fe80:"));
        assertThat(network.resolverFile()).containsPattern("nameserver fe80:.*%eth0\n");
    }

    @Test
    void dhcp6GivesAnAddressAndNameServers() throws IOException {
        network.plug("s0", "2001:db8::1/64")
                .dnsmasq("s0", "--enable-ra", "--dhcp-range=2001:db8::100,2001:db8::1ff,64,1h", "--domain=six.test");

        var outcome = network.bringUp("ip=dhcp6", "server.example.test");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("how DHCPv6", "dns 2001:db8:0:0:0:0:0:1", "found server.example.test 192.0.2.1")
                .anyMatch(line -> line.matches("address 2001:db8:0:0:0:0:0:1[0-9a-f]{2}/128"));
    }

    @Test
    void anyAsksDhcp6WhenTheRouterSaysSo() throws IOException {
        network.plug("s0", "2001:db8::1/64")
                .dnsmasq("s0", "--enable-ra", "--dhcp-range=2001:db8::100,2001:db8::1ff,64,1h");

        var outcome = network.bringUp("ip=any");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("how DHCPv6")
                .anyMatch(line -> line.startsWith("address 2001:db8:0:0:0:0:0:1"));
    }

    @Test
    void aStatelessServerIsAskedForInformation() throws IOException {
        network.plug("s0", "2001:db8::1/64")
                .dnsmasq(
                        "s0",
                        "--enable-ra",
                        "--dhcp-range=2001:db8::,ra-stateless",
                        "--dhcp-option=option6:dns-server",
                        "--dhcp-option=option6:bootfile-url,http://[2001:db8::1]/box.efi");

        var outcome = network.bringUp("ip=either6");

        assertThat(outcome.lines()).as(outcome.toString()).contains("how router", "file http://[2001:db8::1]/box.efi");
    }

    @Test
    void aServerOfTheOtherFamilyIsWaitedFor() throws IOException {
        network.plug("s0", "2001:db8::1/64", "192.0.2.1/24")
                .dnsmasq("s0", "--enable-ra", "--dhcp-range=2001:db8::,ra-only", POOL);

        var outcome = network.bringUp("ip=any", "server=2001:db8::1");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("address 2001:db8:0:0:5054:ff:fe00:1/64", "reaches by eth0")
                .anyMatch(line -> line.startsWith("address 192.0.2."));
    }

    @Test
    void aServerThatNoFamilyLeadsToIsNamed() throws IOException {
        network.plug("s0", "192.0.2.1/24").dnsmasq("s0", POOL);

        var outcome = network.bringUp(
                "ip=eth0:any rd.net.timeout.dhcp=3 rd.net.timeout.ipv6auto=3 rd.net.timeout.ipv6dad=1",
                "server=2001:db8::1");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("failed no network: eth0 has link but no IPv6 router in 3 s,"
                        + " and its IPv4 address does not lead to 2001:db8:0:0:0:0:0:1");
        assertThat(network.bringUp("ip=eth0:dhcp", "server=2001:db8::1").lines())
                .as("a method of the command line is enough for itself")
                .anyMatch(line -> line.startsWith("address 192.0.2."));
    }

    @Test
    void anAddressFromTheCommandLineNeedsNoServer() throws IOException {
        network.plug("s1", "192.0.2.1/24").plug("s0").dnsmasq("s1");

        var outcome = network.bringUp(
                "ip=192.0.2.50::192.0.2.1:255.255.255.0:box:eth1:none:1400 nameserver=192.0.2.1 rd.route=10.0.0.0/8:192.0.2.9",
                "server.example.test");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("link eth1", "address 192.0.2.50/24", "gateway 192.0.2.1", "host box", "how static")
                .contains("found server.example.test 192.0.2.1");
        assertThat(network.onMachine("ip route; ip link show eth1")).contains("10.0.0.0/8 via 192.0.2.9", "mtu 1400");
        assertThat(network.onMachine("ip link show eth0")).doesNotContain(",UP");
    }

    @Test
    void anIpv6AddressFromTheCommandLineIsCheckedForDuplicates() throws IOException {
        network.plug("s0", "2001:db8::1/64");

        var outcome = network.bringUp("ip=[2001:db8::50]::[2001:db8::1]:64::eth0:none", "server=2001:db8::1");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("address 2001:db8:0:0:0:0:0:50/64", "gateway 2001:db8:0:0:0:0:0:1", "how static");
        assertThat(network.bringUp("ip=[2001:db8::1]:::64::eth0:none rd.net.timeout.ipv6dad=4")
                        .lines())
                .contains("failed no network: eth0 has link but the address 2001:db8:0:0:0:0:0:1"
                        + " is another machine's already in 4 s");
    }

    @Test
    void theBootCardIsUsedThoughAnotherWorksToo() throws IOException {
        network.plug("s0", "192.0.2.1/24").dnsmasq("s0", POOL).plug("s1", "198.51.100.1/24");
        network.dnsmasq("s1", "--dhcp-range=198.51.100.100,198.51.100.150,1h");

        var outcome = network.bringUp("ip=dhcp BOOTIF=01-52-54-00-00-00-02");

        assertThat(outcome.lines()).as(outcome.toString()).contains("link eth1", "mac 52:54:00:00:00:02");
        assertThat(network.onMachine("ip addr show eth0")).doesNotContain("192.0.2", ",UP");
    }

    @Test
    void aCardWhoseNetworkDoesNotReachTheServerDoesNotWin() throws IOException {
        network.plug("s0", "192.0.2.1/24").plug("s1", "198.51.100.1/24", "203.0.113.1/32");
        network.dnsmasq("s0", POOL, "--dhcp-option=option:router,192.0.2.254");
        network.dnsmasq("s1", "--dhcp-range=198.51.100.100,198.51.100.150,1h", "--dhcp-reply-delay=2");

        var outcome = network.bringUp("ip=dhcp", "reach=203.0.113.1");

        assertThat(outcome.lines()).as(outcome.toString()).contains("link eth1", "reaches by eth1");
        assertThat(outcome.lines())
                .anyMatch(line -> line.matches(
                        "message eth0 has 192\\.0\\.2\\.\\d+/24 but 203\\.0\\.113\\.1 port 9 does not answer by it"));
        assertThat(network.onMachine("ip addr; ip route")).doesNotContain("192.0.2.");
    }

    @Test
    void aReleasedLinkIsAsItWas() throws IOException {
        network.plug("s0", "192.0.2.1/24").dnsmasq("s0", POOL);

        var outcome = network.bringUp("ip=eth0:dhcp", "release");

        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(network.onMachine("ip addr show eth0; ip route")).doesNotContain("192.0.2.", "inet6", ",UP");
    }

    @Test
    void aCardIsRenamedBeforeItIsUsed() throws IOException {
        network.plug("s1", "192.0.2.1/24").dnsmasq("s1", POOL);

        var outcome = network.bringUp("ifname=net7:52:54:00:00:00:02 ip=net7:dhcp");

        assertThat(outcome.lines()).as(outcome.toString()).contains("link net7", "how DHCPv4");
    }

    @Test
    void whatIsWrongIsToldForEveryCard() throws IOException {
        network.plug("s1");

        assertThat(network.bringUp("ip=dhcp rd.net.timeout.dhcp=3 rd.net.timeout.carrier=2 rd.net.timeout.ipv6dad=1"))
                .satisfies(outcome -> assertThat(outcome.status()).isEqualTo(1))
                .satisfies(outcome -> assertThat(outcome.lines())
                        .contains(
                                "message eth0: no link",
                                "failed no network: eth0 has no link; eth1 has link but no DHCP answer in 3 s"));
        assertThat(network.bringUp("ip=any rd.net.timeout.dhcp=2 rd.net.timeout.ipv6auto=3 rd.net.timeout.carrier=1"
                                + " rd.net.timeout.ipv6dad=1")
                        .lines())
                .contains(
                        "failed no network: eth0 has no link; eth1 has link but no DHCP answer and no IPv6 router in 3 s");
        assertThat(network.bringUp("ip=enp1s0:dhcp rd.net.timeout.iflink=1").lines())
                .contains("failed no network: enp1s0 is not there;"
                        + " this machine has eth0 (52:54:00:00:00:01), eth1 (52:54:00:00:00:02)");
        assertThat(network.bringUp("ip=dhcp BOOTIF=01-52-54-00-00-00-09 rd.net.timeout.iflink=1")
                        .lines())
                .contains("failed no network: the card of BOOTIF=52:54:00:00:00:09 is not there;"
                        + " this machine has eth0 (52:54:00:00:00:01), eth1 (52:54:00:00:00:02)");
        assertThat(network.bringUp("ip=off").lines())
                .contains("failed no network: ip=off on the kernel command line forbids it");
    }

    @Test
    void aRefusedAddressIsAskedForAnewAndUnicastAnswersAreSeen() throws IOException {
        network.plug("s0", "192.0.2.1/24").java(ScriptedDhcpServer.class, "s0", "nak");

        var outcome = network.bringUp("ip=dhcp");

        assertThat(outcome.lines()).as(outcome.toString()).contains("address 192.0.2.77/24", "how DHCPv4");
    }

    @Test
    void aServerThatAlwaysRefusesIsNamed() throws IOException {
        network.plug("s0", "192.0.2.1/24").java(ScriptedDhcpServer.class, "s0", "nak-always");

        var outcome =
                network.bringUp("ip=eth0:dhcp rd.net.timeout.dhcp=4 rd.net.timeout.carrier=2 rd.net.timeout.ipv6dad=1");

        assertThat(outcome.lines())
                .as(outcome.toString())
                .contains("failed no network: eth0 has link but no DHCP lease because"
                        + " 192.0.2.1 refused 192.0.2.77 (not on this network) in 4 s");
    }
}
