package org.pullboot.agent;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Optional;

/** UDP over IPv4 made and read by hand, because a link without an address has no UDP yet (RFC 791, RFC 768). */
final class UdpPacket {
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int UDP = 17;
    private static final int TTL = 64;

    private UdpPacket() {}

    /** A packet from 0.0.0.0 to everyone on the link. */
    static ByteBuffer broadcast(int sourcePort, int destinationPort, byte[] payload) {
        int udpLength = UDP_HEADER + payload.length;
        ByteBuffer packet = ByteBuffer.allocate(IP_HEADER + udpLength);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) (IP_HEADER + udpLength));
        packet.putShort((short) 0).putShort((short) 0);
        packet.put((byte) TTL).put((byte) UDP).putShort((short) 0);
        packet.putInt(0).putInt(0xffffffff);
        packet.putShort((short) sourcePort).putShort((short) destinationPort);
        packet.putShort((short) udpLength).putShort((short) 0).put(payload);
        packet.putShort(10, (short) checksum(packet, 0, IP_HEADER, 0));
        // The pseudo header: source is zero, destination all ones (which sums up to nothing), protocol, length.
        int sum = checksum(packet, IP_HEADER, IP_HEADER + udpLength, UDP + udpLength);
        packet.putShort(IP_HEADER + 6, (short) (sum == 0 ? 0xffff : sum));
        return packet.flip();
    }

    private static int checksum(ByteBuffer bytes, int from, int to, int start) {
        int sum = start;
        for (int i = from; i < to; i++) {
            int b = bytes.get(i) & 0xff;
            sum += (i - from) % 2 == 0 ? b << 8 : b;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    /** What a packet carries, and from whom. */
    record Content(Inet4Address source, ByteBuffer payload) {}

    /**
     * Reads a whole UDP packet for the port; empty when it is anything else. Checksums are not looked at: between
     * virtual machines they are often left for hardware that is not there.
     */
    static Optional<Content> decode(ByteBuffer packet, int destinationPort) {
        int start = packet.position();
        int available = packet.limit() - start;
        if (available < IP_HEADER + UDP_HEADER || packet.get(start) >>> 4 != 4) {
            return Optional.empty();
        }
        int header = (packet.get(start) & 0xf) * 4;
        int total = u16(packet, start + 2);
        boolean fragment = (u16(packet, start + 6) & 0x3fff) != 0;
        if (header < IP_HEADER || total > available || total < header + UDP_HEADER || fragment) {
            return Optional.empty();
        }
        int length = u16(packet, start + header + 4);
        if (packet.get(start + 9) != UDP
                || u16(packet, start + header + 2) != destinationPort
                || length < UDP_HEADER
                || length > total - header) {
            return Optional.empty();
        }
        byte[] source = new byte[4];
        packet.get(start + 12, source);
        return Optional.of(new Content(
                (Inet4Address) IpAddress.of(source), packet.slice(start + header + UDP_HEADER, length - UDP_HEADER)));
    }

    private static int u16(ByteBuffer bytes, int at) {
        return ((bytes.get(at) & 0xff) << 8) | (bytes.get(at + 1) & 0xff);
    }
}
