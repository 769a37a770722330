package org.pullboot.agent;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a router advertisement says of DNS (RFC 8106 section 5). The kernel takes care of the rest of it and hands these
 * options on by netlink, so the agent needs no ICMPv6 socket of its own.
 */
record RouterOptions(List<InetAddress> nameservers, List<String> searchDomains) {
    private static final int RECURSIVE_DNS_SERVERS = 25;
    private static final int DNS_SEARCH_LIST = 31;

    /**
     * Reads options one after the other.
     *
     * @throws DhcpException when one is broken
     */
    static RouterOptions parse(ByteBuffer options) throws DhcpException {
        List<InetAddress> servers = new ArrayList<>();
        List<String> domains = new ArrayList<>();
        byte[] bytes = new byte[options.remaining()];
        options.get(options.position(), bytes);
        int at = 0;
        while (at < bytes.length) {
            int length = at + 1 < bytes.length ? (bytes[at + 1] & 0xff) * 8 : 0;
            if (length == 0 || length > bytes.length - at) {
                throw new DhcpException("the options of a router advertisement go beyond its end");
            }
            // A lifetime of zero takes back what was said before, which nothing here has kept.
            if (length > 8 && ByteBuffer.wrap(bytes).getInt(at + 4) != 0) {
                byte[] value = Arrays.copyOfRange(bytes, at + 8, at + length);
                if ((bytes[at] & 0xff) == RECURSIVE_DNS_SERVERS) {
                    addServers(value, servers);
                } else if ((bytes[at] & 0xff) == DNS_SEARCH_LIST) {
                    domains.addAll(DomainName.decode(value, false));
                }
            }
            at += length;
        }
        return new RouterOptions(servers, domains);
    }

    private static void addServers(byte[] value, List<InetAddress> servers) throws DhcpException {
        if (value.length % 16 != 0) {
            throw new DhcpException("the DNS servers of a router advertisement are cut off");
        }
        for (int at = 0; at < value.length; at += 16) {
            InetAddress server = IpAddress.of(Arrays.copyOfRange(value, at, at + 16));
            if (IpAddress.isHost(server)) {
                servers.add(server);
            }
        }
    }
}
