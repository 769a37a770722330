package org.pullboot.linux;

import static org.pullboot.linux.NetlinkRequest.NLM_F_ACK;
import static org.pullboot.linux.NetlinkRequest.NLM_F_CREATE;
import static org.pullboot.linux.NetlinkRequest.NLM_F_DUMP;
import static org.pullboot.linux.NetlinkRequest.NLM_F_REPLACE;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's links, addresses and routes, read and changed: rtnetlink(7). Changes want CAP_NET_ADMIN. Used by one
 * thread at a time.
 *
 * <p>Nothing that concerns links alone touches {@code java.net}: the JVM decides once, when it first loads its network
 * library, whether there is IPv6, and says no while no link has an IPv6 address. So PID 1 sets up the loopback link
 * with {@link #setLoopbackUp()} before anything else of the network.
 */
public final class Netlink extends LinuxSocket {
    /** Enough for the longest message that the kernel makes for a dump. */
    static final int BUFFER = 1 << 16;

    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_SETLINK = 19;
    private static final int RTM_GETADDR = 22;
    private static final int RTM_GETROUTE = 26;
    private static final int IFF_UP = 1;
    private static final int LOOPBACK = 1;
    private static final int RTPROT_BOOT = 3;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RTN_UNICAST = 1;
    private static final long ANSWER_MILLIS = 10_000;
    private static final int DUMP_TRIES = 10;

    private int sequence;

    private Netlink() throws LinuxException {
        super("netlink socket", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, BUFFER);
    }

    /** Opens the door to the kernel's network configuration, that of the calling thread's network namespace. */
    public static Netlink open() throws LinuxException {
        Netlink netlink = new Netlink();
        try {
            netlink.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
            netlink.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
            netlink.bind(kernelAddress(0));
            return netlink;
        } catch (LinuxException refused) {
            netlink.close();
            throw refused;
        }
    }

    /** All links, by index. */
    public List<Link> links() throws LinuxException {
        NetlinkRequest request = linkRequest(RTM_GETLINK, NLM_F_DUMP, 0, 0, 0);
        List<Link> links = new ArrayList<>();
        for (NetlinkMessage message : dump(request, "list the network interfaces")) {
            if (message.type() == RtnetlinkCodec.RTM_NEWLINK) {
                links.add(RtnetlinkCodec.link(message));
            }
        }
        return links;
    }

    /** All addresses of all links, IPv4 before IPv6. */
    public List<LinkAddress> addresses() throws LinuxException {
        NetlinkRequest request =
                new NetlinkRequest(RTM_GETADDR, NLM_F_DUMP).u32(0).u32(0);
        List<LinkAddress> addresses = new ArrayList<>();
        for (NetlinkMessage message : dump(request, "list the network addresses")) {
            if (message.type() == RtnetlinkCodec.RTM_NEWADDR
                    && RtnetlinkCodec.isInternet(message.body().get(0))) {
                addresses.add(RtnetlinkCodec.address(message));
            }
        }
        return addresses;
    }

    /** The unicast routes of the main table. */
    public List<Route> routes() throws LinuxException {
        List<Route> routes = new ArrayList<>();
        for (NetlinkMessage message : dump(routeRequest(RTM_GETROUTE, NLM_F_DUMP, 0), "list the routes")) {
            Route route = message.type() == RtnetlinkCodec.RTM_NEWROUTE ? RtnetlinkCodec.route(message) : null;
            if (route != null) {
                routes.add(route);
            }
        }
        return routes;
    }

    /** What routers said on each link so far: for links with IPv6 only. */
    public List<NetlinkEvent.RouterFlags> routerFlags() throws LinuxException {
        NetlinkRequest request = linkRequest(RTM_GETLINK, NLM_F_DUMP, AF_INET6, 0, 0);
        List<NetlinkEvent.RouterFlags> all = new ArrayList<>();
        for (NetlinkMessage message : dump(request, "list what routers said")) {
            NetlinkEvent.RouterFlags flags =
                    message.type() == RtnetlinkCodec.RTM_NEWLINK ? RtnetlinkCodec.routerFlags(message) : null;
            if (flags != null) {
                all.add(flags);
            }
        }
        return all;
    }

    /**
     * The way that a packet to the address would take now.
     *
     * @throws LinuxException when there is none: ENETUNREACH
     */
    public Route routeTo(InetAddress address) throws LinuxException {
        String what = "find a route to " + address.getHostAddress();
        NetlinkRequest request = new NetlinkRequest(RTM_GETROUTE, 0)
                .u8(family(address))
                .u8(bits(address))
                .u16(0)
                .u32(0)
                .u32(0)
                .attribute(RtnetlinkCodec.RTA_DST, address.getAddress());
        for (NetlinkMessage message : exchange(request, what)) {
            if (message.type() == RtnetlinkCodec.RTM_NEWROUTE) {
                return RtnetlinkCodec.answeredRoute(message);
            }
        }
        throw new LinuxException(what, Errno.ENETUNREACH.code());
    }

    /** Sets a link up or down. */
    public void setUp(int linkIndex, boolean up) throws LinuxException {
        exchange(
                linkRequest(RTM_SETLINK, NLM_F_ACK, 0, linkIndex, up ? IFF_UP : 0),
                "set link " + linkIndex + (up ? " up" : " down"));
    }

    /** Sets the loopback link up, whereupon the kernel gives it 127.0.0.1 and ::1. */
    public void setLoopbackUp() throws LinuxException {
        setUp(LOOPBACK, true);
    }

    /** Renames a link, which must be down for kernels before 6.2. */
    public void rename(int linkIndex, String name) throws LinuxException {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > 15) {
            throw new IllegalArgumentException("a link's name has 1 to 15 bytes: " + name);
        }
        change(linkIndex, RtnetlinkCodec.IFLA_IFNAME, (name + "\0").getBytes(StandardCharsets.UTF_8), "name", name);
    }

    /** Sets the longest packet a link carries, in bytes. */
    public void setMtu(int linkIndex, int mtu) throws LinuxException {
        byte[] value = new byte[4];
        ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).putInt(mtu);
        change(linkIndex, RtnetlinkCodec.IFLA_MTU, value, "MTU", Integer.toString(mtu));
    }

    /** Gives a link another MAC address; most must be down for it. */
    public void setMac(int linkIndex, MacAddress mac) throws LinuxException {
        change(linkIndex, RtnetlinkCodec.IFLA_ADDRESS, mac.bytes(), "MAC address", mac.toString());
    }

    private void change(int linkIndex, int attribute, byte[] value, String property, String text)
            throws LinuxException {
        exchange(
                linkRequest(RTM_SETLINK, NLM_F_ACK, 0, linkIndex, -1).attribute(attribute, value),
                "give link " + linkIndex + " the " + property + " " + text);
    }

    /**
     * Gives a link an address, or changes the one it has.
     *
     * @param peer the other end of a point-to-point link, else null
     */
    public void addAddress(int linkIndex, InetAddress address, int prefixLength, @Nullable InetAddress peer)
            throws LinuxException {
        NetlinkRequest request = addressRequest(
                RtnetlinkCodec.RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, linkIndex, address, prefixLength);
        request.attribute(RtnetlinkCodec.IFA_ADDRESS, (peer == null ? address : peer).getAddress());
        if (address instanceof Inet4Address && peer == null && prefixLength <= 30) {
            request.attribute(RtnetlinkCodec.IFA_BROADCAST, broadcast(address.getAddress(), prefixLength));
        }
        exchange(request, "add address " + address.getHostAddress() + "/" + prefixLength + " to link " + linkIndex);
    }

    /** Takes an address from a link. */
    public void removeAddress(int linkIndex, InetAddress address, int prefixLength) throws LinuxException {
        exchange(
                addressRequest(RtnetlinkCodec.RTM_DELADDR, NLM_F_ACK, linkIndex, address, prefixLength),
                "remove address " + address.getHostAddress() + "/" + prefixLength + " from link " + linkIndex);
    }

    /** Adds a route to the main table, or replaces the one for the same network with the same metric. */
    public void addRoute(Route route) throws LinuxException {
        exchange(
                route(RtnetlinkCodec.RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, route),
                "add " + describe(route));
    }

    /** Removes a route from the main table. */
    public void removeRoute(Route route) throws LinuxException {
        exchange(route(RtnetlinkCodec.RTM_DELROUTE, NLM_F_ACK, route), "remove " + describe(route));
    }

    private static String describe(Route route) {
        InetAddress gateway = route.gatewayOrNull();
        return "a route to " + route.destination().getHostAddress() + "/" + route.prefixLength()
                + (gateway == null ? "" : " by " + gateway.getHostAddress()) + " on link " + route.linkIndex();
    }

    private static NetlinkRequest linkRequest(int type, int flags, int family, int linkIndex, int up) {
        // up: 1 up, 0 down, -1 leaves the flags alone; a dump has no link and looks at neither.
        return new NetlinkRequest(type, flags)
                .u8(family)
                .u8(0)
                .u16(0)
                .u32(linkIndex)
                .u32(Math.max(up, 0))
                .u32(up < 0 || linkIndex == 0 ? 0 : IFF_UP);
    }

    private static NetlinkRequest addressRequest(
            int type, int flags, int linkIndex, InetAddress address, int prefixLength) {
        return new NetlinkRequest(type, flags)
                .u8(family(address))
                .u8(prefixLength)
                .u8(0)
                .u8(0)
                .u32(linkIndex)
                .attribute(RtnetlinkCodec.IFA_LOCAL, address.getAddress());
    }

    private static NetlinkRequest routeRequest(int type, int flags, int family) {
        return new NetlinkRequest(type, flags).u8(family).u8(0).u16(0).u32(0).u32(0);
    }

    private static NetlinkRequest route(int type, int flags, Route route) {
        InetAddress gateway = route.gatewayOrNull();
        InetAddress source = route.sourceOrNull();
        InetAddress destination = route.destination();
        boolean linkScope = gateway == null && destination instanceof Inet4Address;
        NetlinkRequest request = new NetlinkRequest(type, flags)
                .u8(family(destination))
                .u8(route.prefixLength())
                .u8(0)
                .u8(0)
                .u8(RtnetlinkCodec.RT_TABLE_MAIN)
                .u8(RTPROT_BOOT)
                .u8(linkScope ? RT_SCOPE_LINK : 0)
                .u8(RTN_UNICAST)
                .u32(route.onLink() ? RtnetlinkCodec.RTNH_F_ONLINK : 0);
        if (route.prefixLength() > 0) {
            request.attribute(RtnetlinkCodec.RTA_DST, destination.getAddress());
        }
        if (gateway != null) {
            request.attribute(RtnetlinkCodec.RTA_GATEWAY, gateway.getAddress());
        }
        if (source != null) {
            request.attribute(RtnetlinkCodec.RTA_PREFSRC, source.getAddress());
        }
        if (route.metric() != 0) {
            request.attribute(RtnetlinkCodec.RTA_PRIORITY, (int) route.metric());
        }
        return request.attribute(RtnetlinkCodec.RTA_OIF, route.linkIndex());
    }

    private static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET : AF_INET6;
    }

    private static int bits(InetAddress address) {
        return address instanceof Inet4Address ? 32 : 128;
    }

    private static byte[] broadcast(byte[] address, int prefixLength) {
        byte[] broadcast = address.clone();
        for (int bit = prefixLength; bit < 32; bit++) {
            broadcast[bit / 8] |= (byte) (0x80 >>> (bit % 8));
        }
        return broadcast;
    }

    /** A dump, made again when something changed while the kernel made it. */
    private List<NetlinkMessage> dump(NetlinkRequest request, String what) throws LinuxException {
        List<NetlinkMessage> messages = exchange(request, what);
        for (int i = 1; i < DUMP_TRIES && isInterrupted(messages); i++) {
            messages = exchange(request, what);
        }
        return messages;
    }

    private static boolean isInterrupted(List<NetlinkMessage> messages) {
        for (NetlinkMessage message : messages) {
            if ((message.flags() & NetlinkMessage.NLM_F_DUMP_INTR) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Sends the request and gives all that the kernel answers, up to its last word. */
    private List<NetlinkMessage> exchange(NetlinkRequest request, String what) throws LinuxException {
        int number = ++sequence;
        send(request.finish(number), kernelAddress(0));
        List<NetlinkMessage> answer = new ArrayList<>();
        for (; ; ) {
            ByteBuffer datagram = receive();
            if (datagram == null) {
                if (!SocketPoll.await(this, ANSWER_MILLIS)) {
                    throw new LinuxException(what, Errno.ETIMEDOUT.code());
                }
                continue;
            }
            if (!isFromKernel(sender())) {
                continue;
            }
            for (NetlinkMessage message : NetlinkMessage.split(datagram)) {
                if (message.sequence() == number && isLast(message, answer, what)) {
                    return answer;
                }
            }
        }
    }

    private static boolean isLast(NetlinkMessage message, List<NetlinkMessage> answer, String what)
            throws LinuxException {
        if (message.type() == NetlinkMessage.DONE || message.type() == NetlinkMessage.ERROR) {
            answer.add(message);
            int code = message.body().limit() < 4 ? 0 : -message.body().getInt(0);
            if (code > 0) {
                throw new LinuxException(what + reason(message), code);
            }
            return true;
        }
        answer.add(message);
        // Only an answer of several messages has a last word of its own; every change asks for an acknowledgement.
        return message.type() == RtnetlinkCodec.RTM_NEWROUTE && (message.flags() & 2) == 0;
    }

    /** The kernel's own words on a refusal, when it has some. */
    private static String reason(NetlinkMessage message) {
        // With NETLINK_CAP_ACK only the header of the refused message stands between the number and the attributes.
        if ((message.flags() & NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        ByteBuffer text = NetlinkMessage.attribute(message.body(), 4 + 16, NLMSGERR_ATTR_MSG);
        if (text == null || text.limit() == 0) {
            return "";
        }
        byte[] bytes = new byte[text.limit() - 1];
        text.get(0, bytes);
        return " (" + new String(bytes, StandardCharsets.UTF_8) + ")";
    }

    /** A sockaddr_nl: port 0 is the kernel's, or one that the kernel chooses for us. */
    static ByteBuffer kernelAddress(int groups) {
        return nameBuffer(12).putShort(0, (short) AF_NETLINK).putInt(8, groups);
    }

    /** Whether the sender is the kernel: any process may write to a netlink socket. */
    static boolean isFromKernel(ByteBuffer sender) {
        return sender.limit() >= 8 && sender.getInt(4) == 0;
    }
}
