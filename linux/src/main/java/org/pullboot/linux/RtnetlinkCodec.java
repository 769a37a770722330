package org.pullboot.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the messages of rtnetlink(7) into values. */
final class RtnetlinkCodec {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_NEWNDUSEROPT = 68;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_BROADCAST = 4;
    static final int IFA_FLAGS = 8;
    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_PREFSRC = 7;
    static final int RTNH_F_ONLINK = 4;
    static final int RT_TABLE_MAIN = 254;

    static final int LINK_PART = 16;
    static final int ADDRESS_PART = 8;
    static final int ROUTE_PART = 12;

    private static final int IFLA_PROTINFO = 12;
    private static final int IFLA_OPERSTATE = 16;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INET6_FLAGS = 1;
    private static final int IF_RA_OTHERCONF = 0x80;
    private static final int IF_RA_MANAGED = 0x40;
    private static final int IF_RA_RCVD = 0x20;
    private static final int RTN_UNICAST = 1;
    private static final int RTM_F_CLONED = 0x200;
    private static final int RTA_TABLE = 15;
    private static final int ROUTER_ADVERTISEMENT = 134;

    private RtnetlinkCodec() {}

    static Link link(NetlinkMessage message) throws LinuxException {
        message.require(LINK_PART);
        ByteBuffer body = message.body();
        ByteBuffer mac = message.attribute(LINK_PART, IFLA_ADDRESS);
        ByteBuffer state = message.attribute(LINK_PART, IFLA_OPERSTATE);
        ByteBuffer info = message.attribute(LINK_PART, IFLA_LINKINFO);
        ByteBuffer kind = info == null ? null : NetlinkMessage.attribute(info, 0, IFLA_INFO_KIND);
        return new Link(
                body.getInt(4),
                text(message.attribute(LINK_PART, IFLA_IFNAME)),
                body.getShort(2) & 0xffff,
                mac == null || mac.limit() != MacAddress.LENGTH ? null : MacAddress.of(bytes(mac)),
                body.getInt(8),
                OperState.of(state == null || state.limit() < 1 ? 0 : state.get(0)),
                number(message.attribute(LINK_PART, IFLA_MTU), 0),
                kind == null ? null : text(kind));
    }

    static LinkAddress address(NetlinkMessage message) throws LinuxException {
        message.require(ADDRESS_PART);
        ByteBuffer body = message.body();
        // On a point-to-point link IFA_ADDRESS is the peer's, so ours goes first; IPv6 without a peer has no LOCAL.
        ByteBuffer own = message.attribute(ADDRESS_PART, IFA_LOCAL);
        if (own == null) {
            own = message.attribute(ADDRESS_PART, IFA_ADDRESS);
        }
        return new LinkAddress(
                body.getInt(4),
                address(own, body.get(0)),
                body.get(1) & 0xff,
                number(message.attribute(ADDRESS_PART, IFA_FLAGS), body.get(2) & 0xff),
                body.get(3) & 0xff);
    }

    /** The route, or null when it is no unicast route of the main table. */
    static @Nullable Route route(NetlinkMessage message) throws LinuxException {
        message.require(ROUTE_PART);
        ByteBuffer body = message.body();
        int family = body.get(0);
        int table = number(message.attribute(ROUTE_PART, RTA_TABLE), body.get(4) & 0xff);
        boolean cloned = (body.getInt(8) & RTM_F_CLONED) != 0;
        int bits = body.get(1) & 0xff;
        if (!isInternet(family) || table != RT_TABLE_MAIN || body.get(7) != RTN_UNICAST || cloned || bits > 128) {
            return null;
        }
        return route(message, family, bits);
    }

    /** The route that the kernel answers when asked which way an address is. */
    static Route answeredRoute(NetlinkMessage message) throws LinuxException {
        message.require(ROUTE_PART);
        return route(message, message.body().get(0), message.body().get(1) & 0xff);
    }

    private static Route route(NetlinkMessage message, int family, int bits) throws LinuxException {
        ByteBuffer gateway = message.attribute(ROUTE_PART, RTA_GATEWAY);
        ByteBuffer source = message.attribute(ROUTE_PART, RTA_PREFSRC);
        return new Route(
                number(message.attribute(ROUTE_PART, RTA_OIF), 0),
                address(message.attribute(ROUTE_PART, RTA_DST), family),
                family == LinuxSocket.AF_INET ? Math.min(bits, 32) : bits,
                gateway == null ? null : address(gateway, family),
                source == null ? null : address(source, family),
                number(message.attribute(ROUTE_PART, RTA_PRIORITY), 0) & 0xffff_ffffL,
                (message.body().getInt(8) & RTNH_F_ONLINK) != 0);
    }

    static boolean isInternet(int family) {
        return family == LinuxSocket.AF_INET || family == LinuxSocket.AF_INET6;
    }

    /** What the message tells, or null when it is of no interest here. */
    static @Nullable NetlinkEvent event(NetlinkMessage message) throws LinuxException {
        return switch (message.type()) {
            case RTM_NEWLINK -> isOfIpv6(message) ? routerFlags(message) : new NetlinkEvent.LinkChanged(link(message));
            case RTM_DELLINK ->
                isOfIpv6(message)
                        ? null
                        : new NetlinkEvent.LinkRemoved(message.body().getInt(4));
            case RTM_NEWADDR -> new NetlinkEvent.AddressChanged(address(message));
            case RTM_DELADDR -> new NetlinkEvent.AddressRemoved(address(message));
            case RTM_NEWROUTE -> {
                Route route = route(message);
                yield route == null ? null : new NetlinkEvent.RouteAdded(route);
            }
            case RTM_DELROUTE -> {
                Route route = route(message);
                yield route == null ? null : new NetlinkEvent.RouteRemoved(route);
            }
            case RTM_NEWNDUSEROPT -> routerOptions(message);
            default -> null;
        };
    }

    private static boolean isOfIpv6(NetlinkMessage message) throws LinuxException {
        message.require(LINK_PART);
        return message.body().get(0) == LinuxSocket.AF_INET6;
    }

    static NetlinkEvent.@Nullable RouterFlags routerFlags(NetlinkMessage message) throws LinuxException {
        message.require(LINK_PART);
        ByteBuffer inet6 = message.attribute(LINK_PART, IFLA_PROTINFO);
        if (inet6 == null) {
            return null;
        }
        int flags = number(NetlinkMessage.attribute(inet6, 0, IFLA_INET6_FLAGS), 0);
        return new NetlinkEvent.RouterFlags(
                message.body().getInt(4),
                (flags & IF_RA_RCVD) != 0,
                (flags & IF_RA_MANAGED) != 0,
                (flags & IF_RA_OTHERCONF) != 0);
    }

    private static NetlinkEvent.@Nullable RouterOptions routerOptions(NetlinkMessage message) throws LinuxException {
        message.require(16);
        ByteBuffer body = message.body();
        int length = body.getShort(2) & 0xffff;
        if ((body.get(8) & 0xff) != ROUTER_ADVERTISEMENT || length > body.limit() - 16) {
            return null;
        }
        byte[] options = new byte[length];
        body.get(16, options);
        return new NetlinkEvent.RouterOptions(body.getInt(4), ByteBuffer.wrap(options));
    }

    private static int number(@Nullable ByteBuffer value, int otherwise) {
        return value == null || value.limit() < 4 ? otherwise : value.getInt(0);
    }

    private static String text(@Nullable ByteBuffer value) {
        if (value == null) {
            return "";
        }
        int end = 0;
        while (end < value.limit() && value.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end];
        value.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer value) {
        byte[] bytes = new byte[value.limit()];
        value.get(0, bytes);
        return bytes;
    }

    /** The address of the family; the wildcard when there is none. */
    private static InetAddress address(@Nullable ByteBuffer value, int family) throws LinuxException {
        byte[] bytes = new byte[family == LinuxSocket.AF_INET ? 4 : 16];
        if (value != null) {
            if (value.limit() < bytes.length) {
                throw new LinuxException("read an address from netlink", Errno.EBADMSG.code());
            }
            value.get(0, bytes);
        }
        try {
            // Not InetAddress.getByAddress: it would make an IPv4 address of an IPv4-mapped one.
            return bytes.length == 4 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of the right length", impossible);
        }
    }
}
