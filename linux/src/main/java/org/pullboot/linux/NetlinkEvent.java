package org.pullboot.linux;

import java.nio.ByteBuffer;

/** What the kernel tells of its network configuration without being asked. */
public sealed interface NetlinkEvent {
    /** A link is new or changed: carrier, name, address, state. */
    record LinkChanged(Link link) implements NetlinkEvent {}

    /** A link is gone. */
    record LinkRemoved(int linkIndex) implements NetlinkEvent {}

    /** An address is new or changed: past its duplicate check, say. */
    record AddressChanged(LinkAddress address) implements NetlinkEvent {}

    /** An address is gone. */
    record AddressRemoved(LinkAddress address) implements NetlinkEvent {}

    /** A route is new. */
    record RouteAdded(Route route) implements NetlinkEvent {}

    /** A route is gone. */
    record RouteRemoved(Route route) implements NetlinkEvent {}

    /**
     * What the routers of a link said so far (RFC 4861 section 4.2).
     *
     * @param linkIndex the link
     * @param received whether a router answered the kernel's question; one that speaks unasked does not count
     * @param managed addresses come from DHCPv6
     * @param other DNS servers and the like come from DHCPv6
     */
    record RouterFlags(int linkIndex, boolean received, boolean managed, boolean other) implements NetlinkEvent {}

    /**
     * Options of a router advertisement that the kernel leaves to others, such as DNS servers (RFC 8106).
     *
     * @param linkIndex the link
     * @param options type, length in units of 8 bytes, value; one after the other
     */
    record RouterOptions(int linkIndex, ByteBuffer options) implements NetlinkEvent {}

    /** The kernel had more to tell than was received in time: what is known must be read again. */
    record EventsLost() implements NetlinkEvent {}
}
