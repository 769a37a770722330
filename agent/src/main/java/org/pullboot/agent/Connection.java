package org.pullboot.agent;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.LinkAddress;
import org.pullboot.linux.MacAddress;

/**
 * The network that works.
 *
 * @param linkIndex the kernel's number of the link
 * @param link its name
 * @param mac its card's address
 * @param addresses its addresses that can be used, IPv4 first, at least one
 * @param gateway the default route's next hop, IPv4's when there are two; null for none
 * @param nameservers whom to ask for names, best first; a link-local one is meant on this link
 * @param searchDomains where to look up short names
 * @param hostName what the network or the command line calls this machine; empty for nothing
 * @param bootFile what a DHCP server would have this machine boot, a URL perhaps; empty for nothing
 * @param how where the address is from: {@code DHCPv4}, {@code DHCPv6}, {@code router}, {@code static} or
 *     {@code link-local}
 */
record Connection(
        int linkIndex,
        String link,
        MacAddress mac,
        List<LinkAddress> addresses,
        @Nullable InetAddress gateway,
        List<InetAddress> nameservers,
        List<String> searchDomains,
        String hostName,
        String bootFile,
        String how) {
    /** One line for a person: {@code eth0: 192.0.2.7/24, gateway 192.0.2.1, DNS 192.0.2.1 (DHCPv4)}. */
    String describe() {
        StringBuilder text = new StringBuilder(link).append(": ");
        for (int i = 0; i < addresses.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(addresses.get(i));
        }
        if (gateway != null) {
            text.append(", gateway ").append(gateway.getHostAddress());
        }
        for (int i = 0; i < nameservers.size(); i++) {
            text.append(i == 0 ? ", DNS " : " ").append(nameservers.get(i).getHostAddress());
        }
        return text.append(" (").append(how).append(')').toString();
    }
}
