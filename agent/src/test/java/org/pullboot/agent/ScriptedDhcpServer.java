package org.pullboot.agent;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import org.pullboot.linux.Link;
import org.pullboot.linux.Netlink;
import org.pullboot.linux.PacketSocket;
import org.pullboot.linux.SocketPoll;

/**
 * A DHCP server that refuses: {@code nak} refuses the first request, {@code nak-always} each one. Its answers are
 * addressed to the offered address, which the client does not have yet, and their UDP checksum is wrong, as with a
 * virtual card that leaves it to hardware.
 */
final class ScriptedDhcpServer {
    private ScriptedDhcpServer() {}

    public static void main(String[] arguments) throws Exception {
        int refusals = arguments[1].equals("nak") ? 1 : Integer.MAX_VALUE;
        try (PacketSocket socket = PacketSocket.open(linkIndex(arguments[0]), DhcpMessage.SERVER_PORT)) {
            System.out.println("listening");
            SocketPoll poll = new SocketPoll();
            poll.add(socket);
            for (; ; ) {
                poll.await(60_000);
                ByteBuffer packet = socket.poll().orElse(null);
                if (packet == null) {
                    continue;
                }
                DhcpMessage question = DhcpMessage.parse(UdpPacket.decode(packet, DhcpMessage.SERVER_PORT)
                        .orElseThrow()
                        .payload());
                int type = DhcpMessage.OFFER;
                if (question.type() == DhcpMessage.REQUEST_LEASE) {
                    type = refusals-- > 0 ? DhcpMessage.NAK : DhcpMessage.ACK;
                }
                socket.broadcast(answer(question, type));
            }
        }
    }

    private static int linkIndex(String name) throws Exception {
        try (Netlink netlink = Netlink.open()) {
            for (Link link : netlink.links()) {
                if (link.name().equals(name)) {
                    return link.index();
                }
            }
        }
        throw new IllegalArgumentException("no link " + name);
    }

    private static ByteBuffer answer(DhcpMessage question, int type) {
        byte[] server = {(byte) 192, 0, 2, 1};
        byte[] address = {(byte) 192, 0, 2, 77};
        byte[] bytes = DhcpMessage.request(type, question.transaction(), question.client(), 0)
                .put(DhcpOption.SERVER_ID, server)
                .put(DhcpOption.SUBNET_MASK, new byte[] {-1, -1, -1, 0})
                .put(DhcpOption.MESSAGE, "not on this network".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .encode();
        bytes[0] = DhcpMessage.REPLY;
        if (type != DhcpMessage.NAK) {
            System.arraycopy(address, 0, bytes, 16, 4);
        }
        ByteBuffer packet = UdpPacket.broadcast(DhcpMessage.SERVER_PORT, DhcpMessage.CLIENT_PORT, bytes);
        packet.put(12, ((Inet4Address) IpAddress.of(server)).getAddress());
        packet.put(16, address);
        packet.putShort(26, (short) 0x1234);
        return packet;
    }
}
