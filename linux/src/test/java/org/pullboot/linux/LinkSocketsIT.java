package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pullboot.linux.NetworkNamespace.sh;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sockets of one link, on the two ends of a virtual cable. */
final class LinkSocketsIT {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private static Link link(String name) throws LinuxException {
        try (Netlink netlink = Netlink.open()) {
            for (Link link : netlink.links()) {
                if (link.name().equals(name)) {
                    return link;
                }
            }
        }
        throw new AssertionError("no link " + name);
    }

    @Test
    void aBroadcastReachesTheOtherEndOfItsLinkOnly() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add lan0 type veth peer name lan1; ip link add other type veth peer name far;"
                    + "for l in lan0 lan1 other far; do ip link set $l up; done");
            awaitCarrier(4);
            InetAddress any = InetAddress.ofLiteral("0.0.0.0");
            try (BoundUdpSocket near = BoundUdpSocket.open(link("lan0"), any, 68);
                    BoundUdpSocket same = BoundUdpSocket.open(link("other"), any, 68);
                    BoundUdpSocket far = BoundUdpSocket.open(link("lan1"), any, 67)) {
                near.send(HELLO, InetAddress.ofLiteral("255.255.255.255"), 67);
                Optional<BoundUdpSocket.Datagram> got = far.poll(10_000);
                assertThat(got).isPresent();
                assertThat(got.get().data()).isEqualTo(ByteBuffer.wrap(HELLO));
                assertThat(got.get().sender().getPort()).isEqualTo(68);
                assertThat(same.poll(1)).isEmpty();
            }
        });
    }

    @Test
    void linkLocalMulticastKeepsItsScope() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add lan0 type veth peer name lan1;"
                    + "for l in lan0 lan1; do echo 0 > /proc/sys/net/ipv6/conf/$l/accept_dad; ip link set $l up; done");
            awaitLinkLocalAddresses(2);
            try (BoundUdpSocket near = BoundUdpSocket.open(link("lan0"), InetAddress.ofLiteral("::"), 546);
                    BoundUdpSocket far = BoundUdpSocket.open(link("lan1"), InetAddress.ofLiteral("::"), 547)) {
                near.send(HELLO, InetAddress.ofLiteral("ff02::1"), 547);
                Optional<BoundUdpSocket.Datagram> got = far.poll(10_000);
                assertThat(got).isPresent();
                assertThat(got.get().sender().getAddress().isLinkLocalAddress()).isTrue();
                far.send(HELLO, got.get().sender().getAddress(), 546);
                assertThat(near.poll(10_000)).isPresent();
            }
        });
    }

    private interface Count {
        long of(Netlink netlink) throws LinuxException;
    }

    private static void await(int wanted, Count count) throws LinuxException {
        try (NetlinkEvents events = NetlinkEvents.open();
                Netlink netlink = Netlink.open()) {
            for (int tries = 0; tries < 40; tries++) {
                if (count.of(netlink) == wanted) {
                    return;
                }
                SocketPoll.await(events, 1000);
                events.poll();
            }
        }
        throw new AssertionError("not ready after 40 events");
    }

    private static void awaitCarrier(int wanted) throws LinuxException {
        await(
                wanted,
                netlink -> netlink.links().stream().filter(Link::hasCarrier).count());
    }

    private static void awaitLinkLocalAddresses(int wanted) throws LinuxException {
        await(
                wanted,
                netlink -> netlink.addresses().stream()
                        .filter(address -> address.address().isLinkLocalAddress() && !address.isTentative())
                        .count());
    }

    @Test
    void packetsForAnAddressThatTheLinkDoesNotHaveAreSeen() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add lan0 type veth peer name lan1; for l in lan0 lan1; do ip link set $l up; done");
            awaitCarrier(2);
            byte[] packet = HexFormat.of()
                    .parseHex("4500002100004000401100000a00000a0a000063" + "00430044000d0000" + "68656c6c6f");
            try (PacketSocket near = PacketSocket.open(link("lan0").index(), 67);
                    PacketSocket far = PacketSocket.open(link("lan1").index(), 68);
                    PacketSocket deaf = PacketSocket.open(link("lan1").index(), 69)) {
                near.broadcast(ByteBuffer.wrap(packet));
                assertThat(SocketPoll.await(far, 10_000)).isTrue();
                ByteBuffer got = far.poll().orElseThrow();
                assertThat(got.slice(28, 5)).isEqualTo(ByteBuffer.wrap(HELLO));
                assertThat(far.poll()).isEmpty();
                assertThat(deaf.poll()).isEmpty();
                assertThat(near.poll()).isEmpty();
            }
        });
    }
}
