package org.pullboot.agent;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.MacAddress;

/**
 * What the command line wants of one link, all its {@code ip=} options together.
 *
 * @param named whether an option means this very link, so that the boot waits for it even when another one works
 * @param dhcp4 whether to ask for an IPv4 address
 * @param mac the address its card shall have, null for its own
 */
record LinkPlan(
        boolean named,
        boolean dhcp4,
        Ipv6Mode ipv6,
        List<StaticAddress> addresses,
        String hostName,
        int mtu,
        @Nullable MacAddress mac,
        List<InetAddress> nameservers) {
    /** The plan for a link; empty when the command line wants nothing of it. */
    static Optional<LinkPlan> of(NetworkConfiguration configuration, String linkName, MacAddress mac) {
        List<IpOption> own = new ArrayList<>();
        for (IpOption option : configuration.options()) {
            if (names(option, configuration, linkName, mac)) {
                own.add(option);
            }
        }
        boolean named = !own.isEmpty();
        MacAddress only = configuration.bootMac();
        if (!named && (only == null || only.equals(mac))) {
            for (IpOption option : configuration.options()) {
                if (option.interfaceName().isEmpty()) {
                    own.add(option);
                }
            }
        }
        return own.isEmpty() ? Optional.empty() : Optional.of(merge(own, named));
    }

    private static boolean names(IpOption option, NetworkConfiguration configuration, String linkName, MacAddress mac) {
        String wanted = option.interfaceName();
        if (wanted.isEmpty()) {
            return false;
        }
        if (wanted.equals(linkName)) {
            return true;
        }
        if (wanted.equals(IpOption.BOOT_INTERFACE)) {
            return mac.equals(configuration.bootMac());
        }
        MacAddress wantedMac = MacAddress.parse(wanted).orElse(null);
        return mac.equals(wantedMac);
    }

    private static LinkPlan merge(List<IpOption> options, boolean named) {
        boolean dhcp4 = false;
        Ipv6Mode ipv6 = Ipv6Mode.OFF;
        List<StaticAddress> addresses = new ArrayList<>();
        String hostName = "";
        int mtu = 0;
        MacAddress mac = null;
        List<InetAddress> nameservers = new ArrayList<>();
        for (IpOption option : options) {
            StaticAddress address = option.addressOrNull();
            dhcp4 |= option.method().dhcp4();
            ipv6 = both(ipv6, option.method().ipv6());
            if (address != null) {
                addresses.add(address);
            }
            hostName = option.hostName().isEmpty() ? hostName : option.hostName();
            mtu = option.mtu() == 0 ? mtu : option.mtu();
            mac = option.macOrNull() == null ? mac : option.macOrNull();
            nameservers.addAll(option.nameservers());
        }
        return new LinkPlan(named, dhcp4, ipv6, addresses, hostName, mtu, mac, nameservers);
    }

    private static Ipv6Mode both(Ipv6Mode a, Ipv6Mode b) {
        boolean advertised = a == Ipv6Mode.ADVERTISED || b == Ipv6Mode.ADVERTISED;
        boolean dhcp = a == Ipv6Mode.DHCP || b == Ipv6Mode.DHCP;
        if (advertised && dhcp) {
            return Ipv6Mode.EITHER;
        }
        return a.compareTo(b) < 0 ? b : a;
    }

    /** Whether the option's card is not there: some option names a link, and it is none of these. */
    static boolean isMissing(IpOption option, NetworkConfiguration configuration, List<KnownLink> links) {
        if (option.interfaceName().isEmpty()) {
            return configuration.bootMac() != null && !hasBootCard(configuration, links);
        }
        for (KnownLink link : links) {
            if (names(option, configuration, link.name(), link.mac())) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasBootCard(NetworkConfiguration configuration, List<KnownLink> links) {
        for (KnownLink link : links) {
            if (link.mac().equals(configuration.bootMac())) {
                return true;
            }
        }
        return false;
    }

    /** A network card of this machine. */
    record KnownLink(String name, MacAddress mac) {}
}
