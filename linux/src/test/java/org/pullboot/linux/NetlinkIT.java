package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pullboot.linux.NetworkNamespace.sh;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The kernel's answers, with ip(8) as the judge. */
final class NetlinkIT {
    private static Link link(Netlink netlink, String name) throws LinuxException {
        for (Link link : netlink.links()) {
            if (link.name().equals(name)) {
                return link;
            }
        }
        throw new AssertionError("no link " + name);
    }

    @Test
    void linksAreListedAsIpShowsThem() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add lan0 address 02:00:00:00:00:01 mtu 1400 type veth peer name lan1 && ip link set lan0 up");
            try (Netlink netlink = Netlink.open();
                    NetlinkEvents events = NetlinkEvents.open()) {
                Link lan0 = link(netlink, "lan0");
                assertThat(lan0.mac()).contains(new MacAddress(0x0200_0000_0001L));
                assertThat(lan0.kind()).contains("veth");
                assertThat(lan0.mtu()).isEqualTo(1400);
                assertThat(lan0.isUp()).isTrue();
                assertThat(lan0.isEthernet()).isTrue();
                assertThat(lan0.hasCarrier()).isFalse();
                assertThat(lan0.operState()).isEqualTo(OperState.LOWER_LAYER_DOWN);
                netlink.setUp(link(netlink, "lan1").index(), true);
                // The kernel tells the other end a little later.
                await(
                        events,
                        event -> event instanceof NetlinkEvent.LinkChanged changed
                                && changed.link().index() == lan0.index()
                                && changed.link().operState() == OperState.UP);
                assertThat(link(netlink, "lan0").hasCarrier()).isTrue();
                assertThat(link(netlink, "lo").isLoopback()).isTrue();
            }
        });
    }

    @Test
    void theLoopbackLinkGetsBothItsAddresses() throws Exception {
        NetworkNamespace.run(() -> {
            try (Netlink netlink = Netlink.open()) {
                netlink.setLoopbackUp();
                assertThat(netlink.addresses())
                        .extracting(LinkAddress::toString)
                        .containsExactly("127.0.0.1/8", "0:0:0:0:0:0:0:1/128");
            }
        });
    }

    @Test
    void aLinkIsRenamedAndChanged() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add lan0 type veth peer name lan1");
            try (Netlink netlink = Netlink.open()) {
                int index = link(netlink, "lan0").index();
                netlink.rename(index, "boot0");
                netlink.setMtu(index, 1280);
                netlink.setMac(index, new MacAddress(0x0200_0000_0009L));
                netlink.setUp(index, true);
                assertThat(sh("ip link show boot0")).contains("mtu 1280", "02:00:00:00:00:09", ",UP");
                netlink.setUp(index, false);
                assertThat(sh("ip link show boot0")).doesNotContain(",UP");
            }
        });
    }

    @Test
    void addressesAndRoutesOfBothFamiliesComeAndGo() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add lan0 type veth peer name lan1 && ip link set lan1 up && ip link set lan0 up");
            InetAddress v4 = InetAddress.ofLiteral("192.0.2.10");
            InetAddress v6 = InetAddress.ofLiteral("2001:db8::10");
            try (Netlink netlink = Netlink.open()) {
                int index = link(netlink, "lan0").index();
                netlink.addAddress(index, v4, 24, null);
                netlink.addAddress(index, v6, 64, null);
                assertThat(sh("ip addr show lan0"))
                        .contains("inet 192.0.2.10/24 brd 192.0.2.255", "inet6 2001:db8::10/64");
                assertThat(netlink.addresses())
                        .extracting(LinkAddress::toString)
                        .contains("192.0.2.10/24", "2001:db8:0:0:0:0:0:10/64");

                Route plain = new Route(
                        index,
                        InetAddress.ofLiteral("198.51.100.0"),
                        24,
                        InetAddress.ofLiteral("192.0.2.1"),
                        v4,
                        5,
                        false);
                Route away = new Route(
                        index,
                        InetAddress.ofLiteral("0.0.0.0"),
                        0,
                        InetAddress.ofLiteral("203.0.113.1"),
                        null,
                        100,
                        true);
                Route six = new Route(
                        index,
                        InetAddress.ofLiteral("2001:db8:1::"),
                        48,
                        InetAddress.ofLiteral("2001:db8::1"),
                        null,
                        77,
                        false);
                Route near = new Route(index, InetAddress.ofLiteral("10.0.0.0"), 8, null, null, 0, false);
                for (Route route : List.of(plain, away, six, near)) {
                    netlink.addRoute(route);
                }
                assertThat(sh("ip route"))
                        .contains(
                                "198.51.100.0/24 via 192.0.2.1 dev lan0 src 192.0.2.10 metric 5",
                                "default via 203.0.113.1 dev lan0 metric 100 onlink",
                                "10.0.0.0/8 dev lan0 scope link");
                assertThat(sh("ip -6 route")).contains("2001:db8:1::/48 via 2001:db8::1 dev lan0 metric 77");
                assertThat(netlink.routes()).contains(plain, away, six, near);
                assertThat(netlink.routeTo(InetAddress.ofLiteral("198.51.100.9")))
                        .satisfies(route -> assertThat(route.linkIndex()).isEqualTo(index))
                        .satisfies(route -> assertThat(route.gateway()).isEqualTo(plain.gateway()));

                netlink.removeRoute(away);
                netlink.removeAddress(index, v6, 64);
                netlink.removeAddress(index, v4, 24);
                assertThat(sh("ip addr show lan0; ip route")).doesNotContain("192.0.2.10", "2001:db8", "default via");
            }
        });
    }

    @Test
    void aRefusalTellsTheKernelsWords() throws Exception {
        NetworkNamespace.run(() -> {
            try (Netlink netlink = Netlink.open()) {
                assertThatThrownBy(() -> netlink.setUp(4711, true))
                        .isInstanceOf(LinuxException.class)
                        .hasMessageContaining("set link 4711 up")
                        .hasMessageContaining("No such device (ENODEV)");
                assertThatThrownBy(() -> netlink.routeTo(InetAddress.ofLiteral("192.0.2.1")))
                        .hasMessageContaining("Network is unreachable");
                sh("ip link add lan0 type veth peer name lan1 && ip link set lan1 up && ip link set lan0 up");
                Route nowhere = new Route(
                        link(netlink, "lan0").index(),
                        InetAddress.ofLiteral("0.0.0.0"),
                        0,
                        InetAddress.ofLiteral("192.0.2.1"),
                        null,
                        0,
                        false);
                assertThatThrownBy(() -> netlink.addRoute(nowhere)).hasMessageContaining("Nexthop has invalid gateway");
            }
        });
    }

    @Test
    void carrierAndTheEndOfTheDuplicateCheckAreTold() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add lan0 type veth peer name lan1");
            try (Netlink netlink = Netlink.open();
                    NetlinkEvents events = NetlinkEvents.open()) {
                int index = link(netlink, "lan0").index();
                netlink.setUp(index, true);
                netlink.setUp(link(netlink, "lan1").index(), true);
                await(
                        events,
                        event -> event instanceof NetlinkEvent.LinkChanged changed
                                && changed.link().index() == index
                                && changed.link().hasCarrier());
                netlink.addAddress(index, InetAddress.ofLiteral("2001:db8::10"), 64, null);
                await(
                        events,
                        event -> event instanceof NetlinkEvent.AddressChanged changed
                                && changed.address().isGlobal()
                                && changed.address().isTentative());
                await(
                        events,
                        event -> event instanceof NetlinkEvent.AddressChanged changed
                                && changed.address().isGlobal()
                                && !changed.address().isTentative());
                netlink.removeAddress(index, InetAddress.ofLiteral("2001:db8::10"), 64);
                await(events, event -> event instanceof NetlinkEvent.AddressRemoved);
                sh("ip link del lan1");
                await(
                        events,
                        event -> event instanceof NetlinkEvent.LinkRemoved removed && removed.linkIndex() == index);
            }
        });
    }

    private static void await(NetlinkEvents events, Predicate<NetlinkEvent> wanted) throws LinuxException {
        List<NetlinkEvent> seen = new ArrayList<>();
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < deadline) {
            SocketPoll.await(events, 1000);
            for (NetlinkEvent event : events.poll()) {
                seen.add(event);
                if (wanted.test(event)) {
                    return;
                }
            }
        }
        throw new AssertionError("not told within 20 s; told was " + seen);
    }
}
