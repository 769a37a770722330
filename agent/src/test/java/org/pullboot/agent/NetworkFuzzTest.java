package org.pullboot.agent;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Whatever comes from the network or the command line: a value, or the declared error. */
final class NetworkFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void dhcpPackets(byte @Nullable [] given) {
        byte[] packet = given == null ? new byte[0] : given;
        UdpPacket.Content content = UdpPacket.decode(ByteBuffer.wrap(packet), DhcpMessage.CLIENT_PORT)
                .orElse(null);
        if (content != null) {
            dhcpMessages(content);
        }
    }

    private static void dhcpMessages(UdpPacket.Content content) {
        try {
            DhcpLease.of(DhcpMessage.parse(content.payload()), content.source());
        } catch (DhcpException expected) {
            requireWords(expected);
        }
    }

    @FuzzTest(maxDuration = "20s")
    void dhcpPayloads(byte @Nullable [] given) {
        byte[] payload = given == null ? new byte[0] : given;
        try {
            DhcpMessage message = DhcpMessage.parse(ByteBuffer.wrap(payload));
            DhcpLease.of(message, message.nextServer());
        } catch (DhcpException expected) {
            requireWords(expected);
        }
    }

    @FuzzTest(maxDuration = "20s")
    void dhcp6Messages(byte @Nullable [] given) {
        byte[] payload = given == null ? new byte[0] : given;
        try {
            Dhcp6Lease.of(Dhcp6Message.parse(ByteBuffer.wrap(payload)), 1);
        } catch (DhcpException expected) {
            requireWords(expected);
        }
    }

    @FuzzTest(maxDuration = "20s")
    void routerOptions(byte @Nullable [] given) {
        byte[] options = given == null ? new byte[0] : given;
        try {
            RouterOptions.parse(ByteBuffer.wrap(options));
        } catch (DhcpException expected) {
            requireWords(expected);
        }
    }

    @FuzzTest(maxDuration = "20s")
    void domainNames(byte @Nullable [] given) {
        byte[] names = given == null ? new byte[0] : given;
        try {
            DomainName.decode(names, true);
        } catch (DhcpException expected) {
            requireWords(expected);
        }
    }

    @FuzzTest(maxDuration = "20s")
    void commandLineWords(byte @Nullable [] given) {
        byte[] bytes = given == null ? new byte[0] : given;
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            IpOption.parse(text);
            StaticRoute.parse(text);
            LinkName.parse(text);
            BootIf.parse(text);
        } catch (NetworkException expected) {
            requireWords(expected);
        }
    }

    private static void requireWords(Exception expected) {
        String message = expected.getMessage();
        if (message == null || message.isEmpty()) {
            throw new AssertionError("an error without words", expected);
        }
    }
}
