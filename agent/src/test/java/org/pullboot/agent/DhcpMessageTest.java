package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.linux.MacAddress;

final class DhcpMessageTest {
    private static final MacAddress MAC = new MacAddress(0x5254_0000_0001L);
    private static final Inet4Address SERVER = ip("192.0.2.1");

    private static Inet4Address ip(String text) {
        return (Inet4Address) InetAddress.ofLiteral(text);
    }

    private static byte[] payload(String name, int port) {
        ByteBuffer content = UdpPacket.decode(ByteBuffer.wrap(Golden.bytes(name)), port)
                .orElseThrow()
                .payload();
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    private static DhcpMessage parse(byte[] bytes) throws DhcpException {
        return DhcpMessage.parse(ByteBuffer.wrap(bytes));
    }

    /** A reply with these options behind the message type. */
    private static byte[] reply(int type, byte[]... options) throws DhcpException {
        byte[] bytes = Arrays.copyOf(DhcpMessage.request(type, 7, MAC, 0).encode(), 1000);
        bytes[0] = DhcpMessage.REPLY;
        System.arraycopy(ip("192.0.2.9").getAddress(), 0, bytes, 16, 4);
        int at = 243;
        for (byte[] option : options) {
            System.arraycopy(option, 0, bytes, at, option.length);
            at += option.length;
        }
        bytes[at] = (byte) DhcpOption.END;
        return bytes;
    }

    private static byte[] option(int code, int... value) {
        byte[] bytes = new byte[value.length + 2];
        bytes[0] = (byte) code;
        bytes[1] = (byte) value.length;
        for (int i = 0; i < value.length; i++) {
            bytes[i + 2] = (byte) value[i];
        }
        return bytes;
    }

    private static DhcpLease lease(byte[]... options) throws DhcpException {
        return DhcpLease.of(parse(reply(DhcpMessage.ACK, options)), SERVER);
    }

    @Test
    void anOfferOfDnsmasqIsReadWhole() throws DhcpException {
        DhcpMessage offer = parse(payload("dhcp4-offer", DhcpMessage.CLIENT_PORT));

        assertThat(offer.operation()).isEqualTo(DhcpMessage.REPLY);
        assertThat(offer.type()).isEqualTo(DhcpMessage.OFFER);
        assertThat(offer.client()).isEqualTo(MAC);
        assertThat(offer.nextServer()).isEqualTo(SERVER);
        DhcpLease lease = DhcpLease.of(offer, SERVER);
        assertThat(lease.address()).isEqualTo(ip("192.0.2.100"));
        assertThat(lease.prefixLength()).isEqualTo(24);
        assertThat(lease.server()).isEqualTo(SERVER);
        assertThat(lease.routes())
                .containsExactly(
                        new DhcpLease.ClasslessRoute(ip("0.0.0.0"), 0, ip("192.0.2.2")),
                        new DhcpLease.ClasslessRoute(ip("198.51.100.0"), 24, ip("192.0.2.3")));
        assertThat(lease.nameservers()).containsExactly(SERVER);
        assertThat(lease.searchDomains()).containsExactly("one.example.test", "two.example.test");
        assertThat(lease.hostName()).isEqualTo("box7");
        assertThat(lease.mtu()).isEqualTo(1400);
        assertThat(lease.seconds()).isEqualTo(3600);
        assertThat(lease.bootFile()).isEqualTo("http://192.0.2.1:8081/box.efi");
        assertThat(lease.problems()).isEmpty();
    }

    @Test
    void whatThisClientSentIsMadeAgainByteForByte() throws DhcpException {
        for (String name : new String[] {"dhcp4-discover", "dhcp4-request"}) {
            byte[] sent = payload(name, DhcpMessage.SERVER_PORT);
            assertThat(UdpPacket.broadcast(DhcpMessage.CLIENT_PORT, DhcpMessage.SERVER_PORT, sent))
                    .isEqualTo(ByteBuffer.wrap(Golden.bytes(name)));
            DhcpMessage message = parse(sent);
            DhcpMessage again =
                    DhcpMessage.request(message.type(), message.transaction(), message.client(), message.seconds());
            for (int code = 1; code < 255; code++) {
                if (message.has(code)) {
                    again.put(code, message.value(code).orElseThrow());
                }
            }
            assertThat(again.encode()).isEqualTo(sent);
        }
    }

    @Test
    void optionsInTheFileAndNameFieldsAreRead() throws DhcpException {
        byte[] bytes = reply(DhcpMessage.ACK, option(DhcpOption.OVERLOAD, 3));
        byte[] router = option(DhcpOption.ROUTER, 192, 0, 2, 1);
        byte[] dns = option(DhcpOption.DNS_SERVER, 192, 0, 2, 53);
        System.arraycopy(router, 0, bytes, 108, router.length);
        bytes[108 + router.length] = (byte) DhcpOption.END;
        System.arraycopy(dns, 0, bytes, 44, dns.length);

        DhcpLease lease = DhcpLease.of(parse(bytes), SERVER);

        assertThat(lease.routes()).containsExactly(new DhcpLease.ClasslessRoute(ip("0.0.0.0"), 0, ip("192.0.2.1")));
        assertThat(lease.nameservers()).containsExactly(ip("192.0.2.53"));
        assertThat(lease.bootFile()).isEmpty();
    }

    @Test
    void anOptionInPiecesIsJoined() throws DhcpException {
        DhcpLease lease = lease(option(DhcpOption.DNS_SERVER, 192, 0), option(DhcpOption.DNS_SERVER, 2, 53));

        assertThat(lease.nameservers()).containsExactly(ip("192.0.2.53"));
    }

    @Test
    void withoutClasslessRoutesTheFirstRouterIsTaken() throws DhcpException {
        byte[] router = option(DhcpOption.ROUTER, 0, 0, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2);

        assertThat(lease(router).routes())
                .containsExactly(new DhcpLease.ClasslessRoute(ip("0.0.0.0"), 0, ip("192.0.2.1")));
        assertThat(lease(router, option(DhcpOption.CLASSLESS_ROUTES, 8, 10, 0, 0, 0, 0))
                        .routes())
                .containsExactly(new DhcpLease.ClasslessRoute(ip("10.0.0.0"), 8, null));
    }

    @Test
    void withoutAMaskTheClassDecides() throws DhcpException {
        assertThat(lease().prefixLength()).isEqualTo(24);
        assertThat(lease(option(DhcpOption.SUBNET_MASK, 255, 255, 255, 255)).prefixLength())
                .isEqualTo(32);
        assertThat(lease().server()).isEqualTo(SERVER);
    }

    @Test
    void aBrokenOptionIsLeftOutAndTold() throws DhcpException {
        DhcpLease lease = lease(
                option(DhcpOption.SUBNET_MASK, 255, 0, 255, 0),
                option(DhcpOption.CLASSLESS_ROUTES, 33, 1, 2, 3, 4),
                option(DhcpOption.ROUTER, 1, 2, 3),
                option(DhcpOption.DNS_SERVER, 0, 0, 0, 0, 9, 9, 9, 9),
                option(DhcpOption.DOMAIN_NAME, 'a', '\n', 'b'),
                option(DhcpOption.HOST_NAME, 'a', ' ', 'b'),
                option(DhcpOption.MTU, 0, 68),
                option(DhcpOption.LEASE_SECONDS, 1),
                option(DhcpOption.DOMAIN_SEARCH, 0xc0, 0));

        assertThat(lease.prefixLength()).isEqualTo(24);
        assertThat(lease.routes()).isEmpty();
        assertThat(lease.nameservers()).containsExactly(ip("9.9.9.9"));
        assertThat(lease.searchDomains()).isEmpty();
        assertThat(lease.hostName()).isEmpty();
        assertThat(lease.mtu()).isZero();
        assertThat(lease.problems()).hasSize(8);
    }

    @Test
    void anAddressThatNoMachineCanHaveIsNoLease() {
        for (String address : new String[] {"0.0.0.0", "255.255.255.255", "127.0.0.1", "224.0.0.1", "0.1.2.3"}) {
            assertThatThrownBy(() -> {
                        byte[] bytes = reply(DhcpMessage.ACK);
                        System.arraycopy(ip(address).getAddress(), 0, bytes, 16, 4);
                        DhcpLease.of(parse(bytes), SERVER);
                    })
                    .isInstanceOf(DhcpException.class)
                    .hasMessageContaining(address);
        }
    }

    @Test
    void textWithNulsAtItsEndIsTaken() throws DhcpException {
        assertThat(lease(option(DhcpOption.HOST_NAME, 'b', 'o', 'x', 0)).hostName())
                .isEqualTo("box");
    }

    @Test
    void aCutMessageIsReadOrRefused() {
        byte[] whole = payload("dhcp4-ack", DhcpMessage.CLIENT_PORT);
        int refused = 0;
        for (int length = 0; length < whole.length; length++) {
            try {
                DhcpLease.of(parse(Arrays.copyOf(whole, length)), SERVER);
            } catch (DhcpException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(240);
    }

    @Test
    void aPacketThatIsCutOrNotForUsIsLookedOver() {
        byte[] whole = Golden.bytes("dhcp4-ack");
        for (int length = 0; length < whole.length; length++) {
            assertThat(UdpPacket.decode(ByteBuffer.wrap(whole, 0, length), DhcpMessage.CLIENT_PORT))
                    .isEmpty();
        }
        assertThat(UdpPacket.decode(ByteBuffer.wrap(whole), DhcpMessage.SERVER_PORT))
                .isEmpty();
        byte[] fragment = whole.clone();
        fragment[6] |= 0x20;
        assertThat(UdpPacket.decode(ByteBuffer.wrap(fragment), DhcpMessage.CLIENT_PORT))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void flippedBytesGiveALeaseOrTheDeclaredError(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] whole = Golden.bytes("dhcp4-ack");
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(5); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            UdpPacket.Content content = UdpPacket.decode(ByteBuffer.wrap(bytes), DhcpMessage.CLIENT_PORT)
                    .orElse(null);
            if (content != null) {
                try {
                    DhcpLease.of(DhcpMessage.parse(content.payload()), content.source());
                    read++;
                } catch (DhcpException expected) {
                    assertThat(expected.getMessage()).isNotEmpty();
                }
            }
        }
        assertThat(read).as("seed " + seed).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsEncodedIsReadBack(long seed) throws DhcpException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 2000; round++) {
            int code = 1 + random.nextInt(254);
            if (code == DhcpOption.MESSAGE_TYPE || code == DhcpOption.OVERLOAD) {
                continue;
            }
            byte[] value = new byte[random.nextInt(256)];
            random.nextBytes(value);
            MacAddress mac = new MacAddress(random.nextLong() >>> 16);
            int transaction = random.nextInt();

            DhcpMessage read = parse(DhcpMessage.request(DhcpMessage.DISCOVER, transaction, mac, 3)
                    .put(code, value)
                    .encode());

            assertThat(read.value(code)).as("seed " + seed).contains(value);
            assertThat(read.transaction()).isEqualTo(transaction);
            assertThat(read.client()).isEqualTo(mac);
            assertThat(read.seconds()).isEqualTo(3);
        }
    }
}
