package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetlinkMessageTest {
    private static ByteBuffer linkMessage() {
        return new NetlinkRequest(RtnetlinkCodec.RTM_NEWLINK, 0)
                .u8(0)
                .u8(0)
                .u16(1)
                .u32(7)
                .u32(0x11043)
                .u32(0)
                .attribute(RtnetlinkCodec.IFLA_IFNAME, "eth7")
                .attribute(RtnetlinkCodec.IFLA_MTU, 1500)
                .attribute(RtnetlinkCodec.IFLA_ADDRESS, new byte[] {2, 0, 0, 0, 0, 7})
                .attribute(16, new byte[] {6})
                .finish(42);
    }

    @Test
    void aLinkIsReadBackAsItWasWritten() throws LinuxException {
        NetlinkMessage message = NetlinkMessage.split(linkMessage()).get(0);

        assertThat(message.sequence()).isEqualTo(42);
        Link link = RtnetlinkCodec.link(message);
        assertThat(link)
                .isEqualTo(
                        new Link(7, "eth7", 1, new MacAddress(0x0200_0000_0007L), 0x11043, OperState.UP, 1500, null));
        assertThat(link.hasCarrier()).isTrue();
        assertThat(link.isEthernet()).isTrue();
    }

    @Test
    void aCutMessageIsRefused() {
        ByteBuffer message = linkMessage();
        for (int length = 16; length < message.limit(); length++) {
            ByteBuffer cut = message.duplicate().order(ByteOrder.nativeOrder()).limit(length);
            assertThatThrownBy(() -> NetlinkMessage.split(cut)).isInstanceOf(LinuxException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void flippedBytesGiveNothingWorseThanARefusal(long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int refused = 0;
        for (int round = 0; round < 5000; round++) {
            ByteBuffer message = linkMessage();
            message.putShort(4, (short) (16 + random.nextInt(10)));
            for (int i = random.nextInt(6); i >= 0; i--) {
                message.put(random.nextInt(message.limit()), (byte) random.nextInt());
            }
            try {
                for (NetlinkMessage part : NetlinkMessage.split(message)) {
                    RtnetlinkCodec.event(part);
                }
            } catch (LinuxException expected) {
                refused++;
            }
        }
        assertThat(refused).as("seed " + seed).isPositive();
    }
}
