package org.pullboot.agent;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.MacAddress;
import org.pullboot.linux.Netlink;
import org.pullboot.linux.NetlinkEvents;
import org.pullboot.pull.KernelCommandLine;

/** The part of the training that is about the network: everything but sending and changing. */
final class TrainingNetwork {
    private static final byte[] SERVER = {10, 0, 2, 2};
    private static final int REPLY_HEADER = 240;
    private static final int YOUR_ADDRESS_AT = 16;
    private static final byte[] MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

    private TrainingNetwork() {}

    /**
     * Runs it.
     *
     * @param directory where files may be made
     */
    @SuppressWarnings("EmptyCatch") // The refusal is what is trained.
    static void run(Path directory, Console console) throws LinuxException, NetworkException {
        try (Netlink netlink = Netlink.open();
                NetlinkEvents events = NetlinkEvents.open()) {
            netlink.links();
            netlink.addresses();
            netlink.routes();
            netlink.routerFlags();
            events.poll();
        }
        lease(console);
        NetworkConfiguration configuration = NetworkConfiguration.of(
                        KernelCommandLine.parse("ip=any BOOTIF=01-52-54-00-12-34-56"))
                .withTimeouts(new NetworkTimeouts(1, 1, 1, 1, 1));
        try {
            new Network(directory.resolve("resolv.conf"), directory.resolve("ipv6"), new Steps(console))
                    .bringUp(configuration);
        } catch (NetworkException expected) {
            // No machine has the card that is asked for, so nothing is touched.
        }
    }

    /** A whole lease, with the bytes of both sides made and read. */
    private static void lease(Console console) throws NetworkException {
        DhcpClient client = new DhcpClient(MacAddress.of(MAC), "", "", new Random(1));
        try {
            client.start(0);
            for (int type : List.of(DhcpMessage.OFFER, DhcpMessage.ACK)) {
                Optional<DhcpMessage> due = client.due(client.nextAt());
                byte[] request = due.orElseThrow().encode();
                UdpPacket.decode(
                        UdpPacket.broadcast(DhcpMessage.CLIENT_PORT, DhcpMessage.SERVER_PORT, request),
                        DhcpMessage.SERVER_PORT);
                client.received(
                        DhcpMessage.parse(ByteBuffer.wrap(reply(request, type))),
                        (Inet4Address) IpAddress.of(SERVER),
                        1);
            }
            console.step("leased " + client.lease().orElseThrow());
        } catch (DhcpException e) {
            throw new NetworkException("the training's lease failed: " + e.getMessage(), e);
        }
    }

    private static byte[] reply(byte[] request, int type) {
        ByteBuffer reply = ByteBuffer.allocate(300);
        reply.put(request, 0, REPLY_HEADER);
        reply.put(0, (byte) DhcpMessage.REPLY).put(YOUR_ADDRESS_AT, new byte[] {10, 0, 2, 15});
        reply.put(new byte[] {53, 1, (byte) type, 54, 4}).put(SERVER);
        reply.put(new byte[] {1, 4, (byte) 255, (byte) 255, (byte) 255, 0, 3, 4})
                .put(SERVER);
        reply.put(new byte[] {51, 4, 0, 1, 0, 0, 6, 4}).put(SERVER).put((byte) 255);
        return reply.array();
    }

    private record Steps(Console console) implements NetworkListener {
        @Override
        public void message(String line) {
            console.step(line);
        }
    }
}
