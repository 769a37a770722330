package org.pullboot.agent;

import java.util.Optional;

/** How a link gets its addresses, in the words of the {@code ip=} option. */
enum IpMethod {
    /** It gets none but those the option itself gives. */
    NONE(false, Ipv6Mode.OFF),
    /** Whichever of DHCPv4, DHCPv6 and router advertisements works. */
    ANY(true, Ipv6Mode.EITHER),
    /** DHCPv4. */
    DHCP(true, Ipv6Mode.OFF),
    /** DHCPv6, with the routes of router advertisements. */
    DHCP6(false, Ipv6Mode.DHCP),
    /** Router advertisements alone. */
    AUTO6(false, Ipv6Mode.ADVERTISED),
    /** What the routers say: DHCPv6 or addresses of the link's own. */
    EITHER6(false, Ipv6Mode.EITHER),
    /** An IPv6 address for this link only. */
    LINK_LOCAL(false, Ipv6Mode.LINK_LOCAL);

    private final boolean dhcp4;
    private final Ipv6Mode ipv6;

    IpMethod(boolean dhcp4, Ipv6Mode ipv6) {
        this.dhcp4 = dhcp4;
        this.ipv6 = ipv6;
    }

    boolean dhcp4() {
        return dhcp4;
    }

    Ipv6Mode ipv6() {
        return ipv6;
    }

    /** The method of dracut's, systemd's or the kernel's name. */
    static Optional<IpMethod> named(String word) {
        return switch (word) {
            case "none", "off", "static" -> Optional.of(NONE);
            case "any" -> Optional.of(ANY);
            case "dhcp", "on", "single-dhcp", "dhcp4" -> Optional.of(DHCP);
            case "dhcp6" -> Optional.of(DHCP6);
            case "auto6" -> Optional.of(AUTO6);
            case "either6" -> Optional.of(EITHER6);
            case "link-local", "link6" -> Optional.of(LINK_LOCAL);
            default -> Optional.empty();
        };
    }
}
