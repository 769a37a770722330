package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.linux.MacAddress;

final class Dhcp6Test {
    private static final MacAddress MAC = new MacAddress(0x5254_0000_0001L);
    private static final int ASSOCIATION = 1;

    private static Dhcp6Message parse(byte[] bytes) throws DhcpException {
        return Dhcp6Message.parse(ByteBuffer.wrap(bytes));
    }

    /** The message with another transaction number. */
    private static Dhcp6Message as(String name, Dhcp6Message question) throws DhcpException {
        byte[] bytes = Golden.bytes(name);
        ByteBuffer.wrap(bytes).putInt(0, (bytes[0] << 24) | question.transaction());
        return parse(bytes);
    }

    @Test
    void aRapidReplyOfDnsmasqIsReadWhole() throws DhcpException {
        Dhcp6Message reply = parse(Golden.bytes("dhcp6-rapid-reply"));

        assertThat(reply.type()).isEqualTo(Dhcp6Message.REPLY);
        assertThat(reply.value(Dhcp6Message.RAPID_COMMIT)).isPresent();
        Dhcp6Lease lease = Dhcp6Lease.of(reply, ASSOCIATION);
        assertThat(lease.address()).isEqualTo(InetAddress.ofLiteral("2001:db8::188"));
        assertThat(lease.nameservers())
                .containsExactly(InetAddress.ofLiteral("2001:db8::53"), InetAddress.ofLiteral("2001:db8::54"));
        assertThat(lease.searchDomains()).containsExactly("six.example.test", "other.test");
        assertThat(lease.bootFile()).isEqualTo("http://[2001:db8::1]/box.efi");
        assertThat(lease.problems()).isEmpty();
    }

    @Test
    void whatThisClientSentIsMadeAgainByteForByte() throws DhcpException {
        for (String name : new String[] {"dhcp6-solicit", "dhcp6-request"}) {
            assertThat(parse(Golden.bytes(name)).encode()).isEqualTo(Golden.bytes(name));
        }
    }

    @Test
    void fourMessagesMakeALease() throws DhcpException {
        Dhcp6Client client = new Dhcp6Client(MAC, true, new Random(1));
        client.start(0);
        Dhcp6Message solicit = client.due(0).orElseThrow();
        assertThat(solicit.type()).isEqualTo(Dhcp6Message.SOLICIT);

        client.received(as("dhcp6-advertise", solicit), 5);
        Dhcp6Message request = client.due(5).orElseThrow();
        assertThat(request.type()).isEqualTo(Dhcp6Message.REQUEST);
        assertThat(request.value(Dhcp6Message.SERVER_ID))
                .contains(parse(Golden.bytes("dhcp6-advertise"))
                        .value(Dhcp6Message.SERVER_ID)
                        .orElseThrow());
        assertThat(client.lease()).isEmpty();

        client.received(as("dhcp6-reply", request), 10);
        assertThat(client.lease())
                .get()
                .extracting(Dhcp6Lease::address)
                .isEqualTo(InetAddress.ofLiteral("2001:db8::188"));
        assertThat(client.due(1_000_000)).isEmpty();
    }

    @Test
    void aReplyWithoutRequestCountsOnlyWhenItCommitsRapidly() throws DhcpException {
        Dhcp6Client client = new Dhcp6Client(MAC, true, new Random(1));
        client.start(0);
        Dhcp6Message solicit = client.due(0).orElseThrow();

        client.received(as("dhcp6-reply", solicit), 5);
        assertThat(client.lease()).isEmpty();
        client.received(as("dhcp6-rapid-reply", solicit), 6);
        assertThat(client.lease()).isPresent();
    }

    @Test
    void informationNeedsNoAddress() throws DhcpException {
        Dhcp6Client client = new Dhcp6Client(MAC, false, new Random(1));
        client.start(0);
        Dhcp6Message question = client.due(0).orElseThrow();
        assertThat(question.type()).isEqualTo(Dhcp6Message.INFORMATION_REQUEST);
        assertThat(question.value(Dhcp6Message.IA_NA)).isEmpty();

        client.received(
                new Dhcp6Message(Dhcp6Message.REPLY, question.transaction())
                        .add(Dhcp6Message.SERVER_ID, new byte[] {0, 1})
                        .add(
                                Dhcp6Message.DNS_SERVERS,
                                InetAddress.ofLiteral("2001:db8::53").getAddress()),
                5);

        assertThat(client.lease()).get().satisfies(lease -> {
            assertThat(lease.address()).isNull();
            assertThat(lease.nameservers()).containsExactly(InetAddress.ofLiteral("2001:db8::53"));
        });
    }

    @Test
    void answersToOthersAreLookedOver() throws DhcpException {
        Dhcp6Client client = new Dhcp6Client(MAC, true, new Random(1));
        client.start(0);
        Dhcp6Message solicit = client.due(0).orElseThrow();
        Dhcp6Client stranger = new Dhcp6Client(new MacAddress(9), true, new Random(1));
        stranger.start(0);
        Dhcp6Message strange = stranger.due(0).orElseThrow();

        client.received(parse(Golden.bytes("dhcp6-rapid-reply")), 5);
        stranger.received(as("dhcp6-rapid-reply", strange), 5);
        client.received(new Dhcp6Message(Dhcp6Message.REPLY, solicit.transaction()), 5);

        assertThat(client.lease()).isEmpty();
        assertThat(stranger.lease()).isEmpty();
    }

    @Test
    void aServerWithoutAddressesSaysWhy() throws DhcpException {
        Dhcp6Client client = new Dhcp6Client(MAC, true, new Random(1));
        client.start(0);
        Dhcp6Message solicit = client.due(0).orElseThrow();
        byte[] status = "\0\2no addresses available".getBytes(StandardCharsets.US_ASCII);

        client.received(
                new Dhcp6Message(Dhcp6Message.ADVERTISE, solicit.transaction())
                        .add(
                                Dhcp6Message.CLIENT_ID,
                                solicit.value(Dhcp6Message.CLIENT_ID).orElseThrow())
                        .add(Dhcp6Message.SERVER_ID, new byte[] {0, 1})
                        .add(Dhcp6Message.STATUS_CODE, status),
                5);

        assertThat(client.refusal()).isEqualTo("the DHCPv6 server said: no addresses available");
        assertThat(client.due(5)).isEmpty();
        assertThat(client.due(client.nextAt()).orElseThrow().type()).isEqualTo(Dhcp6Message.SOLICIT);
    }

    @Test
    void anAddressThatIsOverOrForThisLinkOnlyIsNone() throws DhcpException {
        byte[] bytes = Golden.bytes("dhcp6-reply");
        int at = indexOf(bytes, InetAddress.ofLiteral("2001:db8::188").getAddress());
        byte[] expired = bytes.clone();
        Arrays.fill(expired, at + 20, at + 24, (byte) 0);
        byte[] local = bytes.clone();
        local[at] = (byte) 0xfe;
        local[at + 1] = (byte) 0x80;

        for (byte[] wrong : new byte[][] {expired, local}) {
            assertThatThrownBy(() -> Dhcp6Lease.of(parse(wrong), ASSOCIATION)).isInstanceOf(DhcpException.class);
        }
        assertThatThrownBy(() -> Dhcp6Lease.of(parse(bytes), 2)).isInstanceOf(DhcpException.class);
        assertThat(Dhcp6Lease.of(parse(bytes), ASSOCIATION).address()).isNotNull();
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    @Test
    void aRouterAdvertisementOfDnsmasqTellsNameServers() throws DhcpException {
        byte[] message = Golden.bytes("router-advertisement");
        byte[] options = Arrays.copyOfRange(message, 16, message.length);

        RouterOptions read = RouterOptions.parse(ByteBuffer.wrap(options));

        assertThat(read.nameservers())
                .containsExactly(InetAddress.ofLiteral("2001:db8::53"), InetAddress.ofLiteral("2001:db8::54"));
        assertThat(read.searchDomains()).containsExactly("six.example.test", "other.test");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void hostileBytesGiveTheDeclaredErrorOrNone(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int refused = 0;
        for (String name : new String[] {"dhcp6-rapid-reply", "dhcp6-advertise", "router-advertisement"}) {
            byte[] whole = Golden.bytes(name);
            for (int round = 0; round < 10_000; round++) {
                byte[] bytes = Arrays.copyOf(whole, round < whole.length ? round : whole.length);
                for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                try {
                    if (name.startsWith("dhcp6")) {
                        Dhcp6Lease.of(parse(bytes), ASSOCIATION);
                    } else {
                        RouterOptions.parse(
                                ByteBuffer.wrap(bytes, Math.min(16, bytes.length), Math.max(0, bytes.length - 16)));
                    }
                } catch (DhcpException expected) {
                    refused++;
                }
            }
        }
        assertThat(refused).as("seed " + seed).isPositive();
    }
}
