package org.pullboot.agent;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a DHCPv6 server gave.
 *
 * @param address the machine's address, null when only information was asked for; it has no network of its own:
 *     routers tell what is on the link
 * @param nameservers DNS servers, best first
 * @param searchDomains where to look up short names
 * @param bootFile a URL to boot, empty when the server did not tell
 * @param problems what was left out because it makes no sense, one sentence each
 */
record Dhcp6Lease(
        @Nullable Inet6Address address,
        List<InetAddress> nameservers,
        List<String> searchDomains,
        String bootFile,
        List<String> problems) {
    private static final int IA_NA_HEADER = 12;
    private static final int IA_ADDRESS_HEADER = 24;

    /**
     * Reads an answer.
     *
     * @param association the number of the client's identity association; null when only information was asked for
     * @throws DhcpException when the answer has no address though one was asked for; the message says why
     */
    static Dhcp6Lease of(Dhcp6Message message, @Nullable Integer association) throws DhcpException {
        if (message.status() != 0) {
            throw new DhcpException(message.statusText());
        }
        Inet6Address address = association == null ? null : address(message, association);
        List<String> problems = new ArrayList<>();
        return new Dhcp6Lease(
                address,
                nameservers(message, problems),
                searchDomains(message, problems),
                message.text(Dhcp6Message.BOOT_FILE_URL),
                problems);
    }

    private static Inet6Address address(Dhcp6Message message, int association) throws DhcpException {
        String reason = "no address";
        for (byte[] value : message.values(Dhcp6Message.IA_NA)) {
            if (value.length < IA_NA_HEADER || ByteBuffer.wrap(value).getInt() != association) {
                continue;
            }
            Dhcp6Message inner = Dhcp6Message.parseOptions(value, IA_NA_HEADER);
            if (inner.status() != 0) {
                reason = inner.statusText();
                continue;
            }
            for (byte[] option : inner.values(Dhcp6Message.IA_ADDRESS)) {
                Inet6Address address = usable(option);
                if (address != null) {
                    return address;
                }
            }
        }
        throw new DhcpException(reason);
    }

    /** The address in the option when it is good for now, or null. */
    private static @Nullable Inet6Address usable(byte[] option) {
        if (option.length < IA_ADDRESS_HEADER || ByteBuffer.wrap(option).getInt(20) == 0) {
            return null;
        }
        Inet6Address address = (Inet6Address) IpAddress.of(Arrays.copyOf(option, 16));
        return IpAddress.isHost(address) && !address.isLinkLocalAddress() ? address : null;
    }

    private static List<InetAddress> nameservers(Dhcp6Message message, List<String> problems) {
        List<InetAddress> servers = new ArrayList<>();
        try {
            for (Inet6Address server : message.addresses(Dhcp6Message.DNS_SERVERS)) {
                if (IpAddress.isHost(server)) {
                    servers.add(server);
                }
            }
        } catch (DhcpException broken) {
            problems.add(broken.getMessage());
        }
        return servers;
    }

    private static List<String> searchDomains(Dhcp6Message message, List<String> problems) {
        byte[] value = message.value(Dhcp6Message.DOMAIN_LIST).orElse(null);
        if (value == null) {
            return List.of();
        }
        try {
            return DomainName.decode(value, false);
        } catch (DhcpException broken) {
            problems.add("DHCPv6 option 24 is " + broken.getMessage());
            return List.of();
        }
    }
}
