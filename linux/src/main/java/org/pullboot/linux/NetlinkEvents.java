package org.pullboot.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel tells of links, addresses, routes and routers from the moment this is opened: rtnetlink(7)
 * multicast groups. Used by one thread at a time.
 */
public final class NetlinkEvents extends LinuxSocket {
    private static final int SO_RCVBUF = 8;
    private static final int NETLINK_ROUTE = 0;
    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final int GROUPS = 1 // links
            | (1 << 4) // IPv4 addresses
            | (1 << 6) // IPv4 routes
            | (1 << 8) // IPv6 addresses
            | (1 << 10) // IPv6 routes
            | (1 << 11) // what routers say of a link
            | (1 << 19); // router advertisement options

    private NetlinkEvents() throws LinuxException {
        super("netlink event socket", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, Netlink.BUFFER);
    }

    /** Starts to listen. */
    public static NetlinkEvents open() throws LinuxException {
        NetlinkEvents events = new NetlinkEvents();
        try {
            events.setOption(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
            events.bind(Netlink.kernelAddress(GROUPS));
            return events;
        } catch (LinuxException refused) {
            events.close();
            throw refused;
        }
    }

    /** Everything told since the last call, oldest first; empty when there is nothing. */
    public List<NetlinkEvent> poll() throws LinuxException {
        List<NetlinkEvent> events = new ArrayList<>();
        for (; ; ) {
            ByteBuffer datagram;
            try {
                datagram = receive();
            } catch (LinuxException refused) {
                if (refused.code() != Errno.ENOBUFS.code()) {
                    throw refused;
                }
                events.add(new NetlinkEvent.EventsLost());
                continue;
            }
            if (datagram == null) {
                return events;
            }
            if (Netlink.isFromKernel(sender())) {
                add(NetlinkMessage.split(datagram), events);
            }
        }
    }

    private static void add(List<NetlinkMessage> messages, List<NetlinkEvent> events) throws LinuxException {
        for (NetlinkMessage message : messages) {
            NetlinkEvent event = RtnetlinkCodec.event(message);
            if (event != null) {
                events.add(event);
            }
        }
    }
}
