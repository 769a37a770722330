package org.pullboot.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The IPv4 packets of one link, without the link's own header: packet(7), SOCK_DGRAM.
 *
 * <p>It works on a link that has no address yet, sees unicast packets for addresses the link does not have, and does
 * not care about UDP checksums, which a virtual card may leave for hardware to fill in. Only UDP packets for one port
 * pass its filter. Used by one thread at a time.
 */
public final class PacketSocket extends LinuxSocket {
    private static final int ETH_P_IP = 0x0800;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int PACKET_OUTGOING = 4;
    private static final int LONGEST = 65536;

    private final int linkIndex;

    private PacketSocket(int linkIndex) throws LinuxException {
        // Protocol 0 until bound: else packets of every link would come in before the filter is set.
        super("packet socket of link " + linkIndex, AF_PACKET, SOCK_DGRAM, 0, LONGEST);
        this.linkIndex = linkIndex;
    }

    /**
     * Opens a socket on the link that receives UDP packets for the port.
     *
     * @throws LinuxException when the kernel refuses: without CAP_NET_RAW, or when there is no such link
     */
    public static PacketSocket open(int linkIndex, int udpPort) throws LinuxException {
        PacketSocket socket = new PacketSocket(linkIndex);
        try {
            socket.filter(udpPort);
            socket.bind(socket.linkAddress(ETH_P_IP, null));
            return socket;
        } catch (LinuxException refused) {
            socket.close();
            throw refused;
        }
    }

    /** A classic BPF program (linux/filter.h): UDP, no later fragment, destination port; else drop. */
    private void filter(int udpPort) throws LinuxException {
        int[][] program = {
            {0x30, 0, 0, 9}, // load byte: the IP protocol
            {0x15, 0, 6, 17}, // UDP? else drop
            {0x28, 0, 0, 6}, // load half word: flags and fragment offset
            {0x45, 4, 0, 0x1fff}, // a later fragment? drop
            {0xb1, 0, 0, 0}, // x = length of the IP header
            {0x48, 0, 0, 2}, // load half word at x + 2: the destination port
            {0x15, 0, 1, udpPort}, // ours? else drop
            {0x06, 0, 0, LONGEST}, // keep all of it
            {0x06, 0, 0, 0}, // drop
        };
        DirectMemory code = new DirectMemory(program.length * 8);
        for (int[] step : program) {
            code.bytes()
                    .putShort((short) step[0])
                    .put((byte) step[1])
                    .put((byte) step[2])
                    .putInt(step[3]);
        }
        byte[] description = new byte[16];
        ByteBuffer.wrap(description)
                .order(ByteOrder.nativeOrder())
                .putShort(0, (short) program.length)
                .putLong(8, code.address());
        try {
            setOption(SOL_SOCKET, SO_ATTACH_FILTER, description);
        } finally {
            Reference.reachabilityFence(code);
        }
    }

    /** Sends an IPv4 packet, from its header on, to everyone on the link. */
    public void broadcast(ByteBuffer packet) throws LinuxException {
        send(packet, linkAddress(ETH_P_IP, new byte[] {-1, -1, -1, -1, -1, -1}));
    }

    /** The next packet from its IPv4 header on, in a buffer that the next call overwrites; empty when there is none. */
    public Optional<ByteBuffer> poll() throws LinuxException {
        for (; ; ) {
            ByteBuffer packet = receive();
            if (packet == null) {
                return Optional.empty();
            }
            if (sender().limit() < 12 || sender().get(10) != PACKET_OUTGOING) {
                return Optional.of(packet);
            }
        }
    }

    /** A sockaddr_ll. */
    private ByteBuffer linkAddress(int protocol, byte @Nullable [] address) {
        ByteBuffer buffer = nameBuffer(20);
        buffer.putShort((short) AF_PACKET).put((byte) (protocol >>> 8)).put((byte) protocol);
        buffer.putInt(linkIndex);
        if (address != null) {
            buffer.put(11, (byte) address.length).put(12, address);
        }
        return buffer.clear();
    }
}
