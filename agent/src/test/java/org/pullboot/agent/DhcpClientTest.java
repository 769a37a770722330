package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pullboot.linux.MacAddress;

/** The client's rules, with a server played by the test and a clock that it turns by hand. */
final class DhcpClientTest {
    private static final MacAddress MAC = new MacAddress(0x5254_0000_0001L);
    private static final Inet4Address SERVER = (Inet4Address) InetAddress.ofLiteral("192.0.2.1");
    private static final Inet4Address OTHER = (Inet4Address) InetAddress.ofLiteral("192.0.2.2");
    private static final Inet4Address ADDRESS = (Inet4Address) InetAddress.ofLiteral("192.0.2.77");

    private final DhcpClient client = new DhcpClient(MAC, "box", "pullboot", new Random(1));

    @BeforeEach
    void start() {
        client.start(1000);
    }

    private DhcpMessage sent(long now) {
        return client.due(now).orElseThrow();
    }

    private static DhcpMessage answer(DhcpMessage question, int type, Inet4Address server) throws DhcpException {
        return answer(question.transaction(), question.client(), type, server, false);
    }

    private static DhcpMessage answer(int transaction, MacAddress client, int type, Inet4Address server, boolean rapid)
            throws DhcpException {
        DhcpMessage message =
                DhcpMessage.request(type, transaction, client, 0).put(DhcpOption.SERVER_ID, server.getAddress());
        if (rapid) {
            message.put(DhcpOption.RAPID_COMMIT, new byte[0]);
        }
        byte[] bytes = message.encode();
        bytes[0] = DhcpMessage.REPLY;
        System.arraycopy(ADDRESS.getAddress(), 0, bytes, 16, 4);
        return DhcpMessage.parse(ByteBuffer.wrap(bytes));
    }

    @Test
    void theFirstDiscoverTellsWhoAsksAndWhatFor() throws DhcpException {
        DhcpMessage discover = sent(1000);

        assertThat(discover.type()).isEqualTo(DhcpMessage.DISCOVER);
        assertThat(discover.value(DhcpOption.CLIENT_ID)).contains(new byte[] {1, 0x52, 0x54, 0, 0, 0, 1});
        assertThat(discover.text(DhcpOption.HOST_NAME)).isEqualTo("box");
        assertThat(discover.text(DhcpOption.VENDOR_CLASS)).isEqualTo("pullboot");
        assertThat(discover.value(DhcpOption.PARAMETER_LIST).orElseThrow()).contains(1, 3, 6, 12, 15, 26, 119, 121);
        assertThat(discover.encode()[10] & 0x80).as("broadcast flag").isEqualTo(0x80);
        assertThat(discover.encode()).hasSizeGreaterThanOrEqualTo(300);
    }

    @Test
    void fourMessagesMakeALease() throws DhcpException {
        DhcpMessage discover = sent(1000);
        client.received(answer(discover, DhcpMessage.OFFER, SERVER), SERVER, 1010);
        DhcpMessage request = sent(1010);

        assertThat(request.type()).isEqualTo(DhcpMessage.REQUEST_LEASE);
        assertThat(request.transaction()).isEqualTo(discover.transaction());
        assertThat(request.address(DhcpOption.REQUESTED_ADDRESS)).contains(ADDRESS);
        assertThat(request.address(DhcpOption.SERVER_ID)).contains(SERVER);
        assertThat(client.lease()).isEmpty();

        client.received(answer(request, DhcpMessage.ACK, SERVER), SERVER, 1020);

        assertThat(client.lease()).get().extracting(DhcpLease::address).isEqualTo(ADDRESS);
        assertThat(client.nextAt()).isEqualTo(Long.MAX_VALUE);
        assertThat(client.due(100_000)).isEmpty();
    }

    @Test
    void twoAreEnoughWhenTheServerCommitsRapidly() throws DhcpException {
        DhcpMessage discover = sent(1000);

        client.received(answer(discover.transaction(), MAC, DhcpMessage.ACK, SERVER, false), SERVER, 1005);
        assertThat(client.lease()).isEmpty();
        client.received(answer(discover.transaction(), MAC, DhcpMessage.ACK, SERVER, true), SERVER, 1010);
        assertThat(client.lease()).isPresent();
    }

    @Test
    void silenceIsAskedAgainMoreAndMoreSlowly() {
        sent(1000);
        long before = 1000;
        long[] intervals = {1000, 2000, 4000, 8000, 8000, 8000};
        for (long interval : intervals) {
            long next = client.nextAt();
            assertThat(next - before).isBetween(interval * 3 / 4, interval * 5 / 4);
            assertThat(client.due(next - 1)).isEmpty();
            DhcpMessage again = sent(next);
            assertThat(again.type()).isEqualTo(DhcpMessage.DISCOVER);
            assertThat(again.seconds()).isEqualTo((int) ((next - 1000) / 1000));
            before = next;
        }
    }

    @Test
    void answersToOthersAreLookedOver() throws DhcpException {
        DhcpMessage discover = sent(1000);

        client.received(answer(discover.transaction() + 1, MAC, DhcpMessage.OFFER, SERVER, false), SERVER, 1010);
        client.received(
                answer(discover.transaction(), new MacAddress(5), DhcpMessage.OFFER, SERVER, false), SERVER, 1010);
        client.received(DhcpMessage.parse(ByteBuffer.wrap(discover.encode())), SERVER, 1010);

        assertThat(client.due(1010)).isEmpty();
    }

    @Test
    void anAnswerOfAnotherServerThanTheChosenIsLookedOver() throws DhcpException {
        client.received(answer(sent(1000), DhcpMessage.OFFER, SERVER), SERVER, 1010);
        DhcpMessage request = sent(1010);
        client.received(answer(request, DhcpMessage.OFFER, OTHER), OTHER, 1011);
        client.received(answer(request, DhcpMessage.ACK, OTHER), OTHER, 1012);
        client.received(answer(request, DhcpMessage.NAK, OTHER), OTHER, 1013);

        assertThat(client.lease()).isEmpty();
        assertThat(client.refusal()).isEmpty();
        client.received(answer(request, DhcpMessage.ACK, SERVER), SERVER, 1014);
        assertThat(client.lease()).isPresent();
    }

    @Test
    void aRefusalBeginsAnewAfterAPause() throws DhcpException {
        DhcpMessage discover = sent(1000);
        client.received(answer(discover, DhcpMessage.OFFER, SERVER), SERVER, 1010);
        client.received(answer(sent(1010), DhcpMessage.NAK, SERVER), SERVER, 1020);

        assertThat(client.refusal()).isEqualTo("192.0.2.1 refused 192.0.2.77");
        assertThat(client.due(1999)).isEmpty();
        DhcpMessage again = sent(2020);
        assertThat(again.type()).isEqualTo(DhcpMessage.DISCOVER);
        assertThat(again.transaction()).isNotEqualTo(discover.transaction());
    }

    @Test
    void aServerThatOffersAndFallsSilentIsGivenUp() throws DhcpException {
        client.received(answer(sent(1000), DhcpMessage.OFFER, SERVER), SERVER, 1010);
        for (int i = 0; i < 4; i++) {
            assertThat(sent(client.nextAt()).type()).isEqualTo(DhcpMessage.REQUEST_LEASE);
        }
        assertThat(sent(client.nextAt()).type()).isEqualTo(DhcpMessage.DISCOVER);
    }

    @Test
    void anOfferThatMakesNoSenseIsAsIfItHadNotCome() {
        DhcpMessage discover = sent(1000);
        assertThatThrownBy(() -> {
                    byte[] bytes = answer(discover, DhcpMessage.OFFER, SERVER).encode();
                    bytes[0] = DhcpMessage.REPLY;
                    java.util.Arrays.fill(bytes, 16, 20, (byte) 0);
                    client.received(DhcpMessage.parse(ByteBuffer.wrap(bytes)), SERVER, 1010);
                })
                .isInstanceOf(DhcpException.class);
        assertThat(client.due(1010)).isEmpty();
    }

    @Test
    void anAnswerBeforeAnyQuestionIsLookedOver() throws DhcpException {
        DhcpClient fresh = new DhcpClient(MAC, "", "", new Random(2));
        fresh.start(0);
        fresh.received(answer(new Random(2).nextInt(), MAC, DhcpMessage.ACK, SERVER, true), SERVER, 0);
        assertThat(fresh.lease()).isEmpty();
    }
}
