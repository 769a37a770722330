package org.pullboot.agent;

/** What is wanted of IPv6 on a link; each includes what the ones before it do, but for the two ways to an address. */
enum Ipv6Mode {
    /** Nothing; the kernel is left to itself. */
    OFF,
    /** An address for this link, and no word of any router. */
    LINK_LOCAL,
    /** Addresses that routers advertise. */
    ADVERTISED,
    /** An address by DHCPv6, whatever routers say of it. */
    DHCP,
    /** Whatever comes first. */
    EITHER
}
