package org.pullboot.linux;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A UDP socket that sends and receives on one link only, even when another link has the same routes: socket(7),
 * SO_BINDTODEVICE. Broadcasts are allowed and the port may be shared. Used by one thread at a time.
 */
public final class BoundUdpSocket extends LinuxSocket {
    private static final int SO_REUSEADDR = 2;
    private static final int SO_BROADCAST = 6;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int LONGEST = 65535;

    private final int linkIndex;

    private BoundUdpSocket(Link link, InetAddress local, int port) throws LinuxException {
        super(
                "UDP port " + port + " of " + link.name(),
                local instanceof Inet6Address ? AF_INET6 : AF_INET,
                SOCK_DGRAM,
                0,
                LONGEST);
        linkIndex = link.index();
    }

    /** A datagram, a copy of its own, and who sent it; an IPv6 sender's scope is the link. */
    public record Datagram(ByteBuffer data, InetSocketAddress sender) {}

    /**
     * Opens a socket on a link.
     *
     * @param local the address to receive at; the wildcard of a family receives all of that family
     * @param port the port to receive at; 0 is any free one
     * @throws LinuxException when the kernel refuses: no such link, the address is not there (yet), no right to do so
     */
    public static BoundUdpSocket open(Link link, InetAddress local, int port) throws LinuxException {
        BoundUdpSocket socket = new BoundUdpSocket(link, local, port);
        try {
            socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1);
            socket.setOption(SOL_SOCKET, SO_BROADCAST, 1);
            byte[] name = link.name().getBytes(StandardCharsets.UTF_8);
            socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, Arrays.copyOf(name, name.length + 1));
            if (local instanceof Inet6Address) {
                socket.setOption(IPPROTO_IPV6, IPV6_V6ONLY, 1);
            }
            socket.bind(socket.name(local, port));
            return socket;
        } catch (LinuxException refused) {
            socket.close();
            throw refused;
        }
    }

    /** Sends one datagram; a link-local or multicast address is meant on this link. */
    public void send(byte[] data, InetAddress to, int port) throws LinuxException {
        send(ByteBuffer.wrap(data), name(to, port));
    }

    /** The next datagram, empty when there is none now. */
    public Optional<Datagram> poll() throws LinuxException {
        ByteBuffer received = receive();
        if (received == null) {
            return Optional.empty();
        }
        byte[] data = new byte[received.remaining()];
        received.get(data);
        return Optional.of(new Datagram(ByteBuffer.wrap(data), senderAddress()));
    }

    /** The next datagram, empty when none came within the time. */
    public Optional<Datagram> poll(long millis) throws LinuxException {
        SocketPoll.await(this, millis);
        return poll();
    }

    private ByteBuffer name(InetAddress address, int port) {
        if (address instanceof Inet4Address v4) {
            return name(v4, port);
        }
        Inet6Address v6 = (Inet6Address) address;
        return name(v6, port, isLocal(v6) ? linkIndex : 0);
    }

    private static boolean isLocal(Inet6Address address) {
        return address.isLinkLocalAddress() || address.isMulticastAddress();
    }

    private InetSocketAddress senderAddress() throws LinuxException {
        ByteBuffer name = sender();
        int port = name.limit() < 4 ? 0 : ((name.get(2) & 0xff) << 8) | (name.get(3) & 0xff);
        try {
            if (name.limit() >= 28 && name.getShort(0) == AF_INET6) {
                byte[] address = new byte[16];
                name.get(8, address);
                return new InetSocketAddress(Inet6Address.getByAddress(null, address, name.getInt(24)), port);
            }
            byte[] address = new byte[4];
            name.get(4, address);
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of the right length", impossible);
        }
    }
}
