package org.pullboot.agent;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a DHCPv4 server gave.
 *
 * @param address the machine's address
 * @param prefixLength bits of its network, 1 to 32
 * @param server who gave it
 * @param routes networks and their gateways; one without bits is the default route
 * @param nameservers DNS servers, best first
 * @param searchDomains where to look up short names
 * @param hostName the machine's name, empty when the server did not tell
 * @param mtu the link's longest packet, 0 when the server did not tell
 * @param seconds how long the address is good; 0xffffffff is for ever
 * @param bootFile a file name or URL to boot, empty when the server did not tell
 * @param problems what was left out because it makes no sense, one sentence each
 */
record DhcpLease(
        Inet4Address address,
        int prefixLength,
        Inet4Address server,
        List<ClasslessRoute> routes,
        List<InetAddress> nameservers,
        List<String> searchDomains,
        String hostName,
        int mtu,
        long seconds,
        String bootFile,
        List<String> problems) {
    private static final long FOR_EVER = 0xffff_ffffL;
    private static final int SMALLEST_MTU = 576;

    /**
     * A network and the way there.
     *
     * @param gateway the next hop, null when the network is on the link
     */
    record ClasslessRoute(
            Inet4Address destination,
            int prefixLength,
            @Nullable Inet4Address gateway) {}

    /**
     * Reads the lease out of an offer or an acknowledgement.
     *
     * @param sender whose packet it was, for servers that do not tell who they are
     * @throws DhcpException when no machine can have the address
     */
    static DhcpLease of(DhcpMessage message, Inet4Address sender) throws DhcpException {
        if (!IpAddress.isHost(message.yourAddress())) {
            throw new DhcpException("the address " + message.yourAddress().getHostAddress() + " is no machine's");
        }
        return new Reader(message).read(sender);
    }

    /** Reads option by option; a broken one is a problem, not the end of the boot. */
    private static final class Reader {
        private final DhcpMessage message;
        private final List<String> problems = new ArrayList<>();

        Reader(DhcpMessage message) {
            this.message = message;
        }

        DhcpLease read(Inet4Address sender) {
            Inet4Address server = server(sender);
            return new DhcpLease(
                    message.yourAddress(),
                    prefixLength(),
                    server,
                    routes(),
                    nameservers(),
                    searchDomains(),
                    hostName(),
                    mtu(),
                    number(DhcpOption.LEASE_SECONDS, 4, FOR_EVER),
                    message.bootFile(),
                    problems);
        }

        private Inet4Address server(Inet4Address sender) {
            List<Inet4Address> servers = addresses(DhcpOption.SERVER_ID);
            return servers.isEmpty() ? sender : servers.getFirst();
        }

        private int prefixLength() {
            List<Inet4Address> masks = addresses(DhcpOption.SUBNET_MASK);
            if (!masks.isEmpty()) {
                int length = IpAddress.prefixLength(masks.getFirst().getAddress());
                if (length > 0) {
                    return length;
                }
                problems.add("the subnet mask " + masks.getFirst().getHostAddress() + " is none");
            }
            return IpAddress.classPrefixLength(message.yourAddress());
        }

        /** RFC 3442: a server's classless routes replace its routers. */
        private List<ClasslessRoute> routes() {
            byte[] value = message.value(DhcpOption.CLASSLESS_ROUTES).orElse(null);
            if (value != null) {
                try {
                    return classless(value);
                } catch (DhcpException broken) {
                    problems.add(broken.getMessage());
                }
            }
            for (Inet4Address router : addresses(DhcpOption.ROUTER)) {
                if (IpAddress.isHost(router)) {
                    return List.of(defaultRoute(router));
                }
            }
            return List.of();
        }

        private static ClasslessRoute defaultRoute(Inet4Address router) {
            return new ClasslessRoute((Inet4Address) IpAddress.of(new byte[4]), 0, router);
        }

        private static List<ClasslessRoute> classless(byte[] value) throws DhcpException {
            List<ClasslessRoute> routes = new ArrayList<>();
            int at = 0;
            while (at < value.length) {
                int bits = value[at] & 0xff;
                int bytes = (bits + 7) / 8;
                if (bits > 32 || at + 1 + bytes + 4 > value.length) {
                    throw new DhcpException("the classless routes of DHCP option 121 are cut off or broken");
                }
                byte[] destination = Arrays.copyOf(Arrays.copyOfRange(value, at + 1, at + 1 + bytes), 4);
                InetAddress gateway = IpAddress.of(Arrays.copyOfRange(value, at + 1 + bytes, at + 5 + bytes));
                routes.add(new ClasslessRoute(
                        (Inet4Address) IpAddress.network(IpAddress.of(destination), bits),
                        bits,
                        gateway.isAnyLocalAddress() ? null : (Inet4Address) gateway));
                at += 5 + bytes;
            }
            return routes;
        }

        private List<InetAddress> nameservers() {
            List<InetAddress> servers = new ArrayList<>();
            for (Inet4Address server : addresses(DhcpOption.DNS_SERVER)) {
                if (IpAddress.isHost(server)) {
                    servers.add(server);
                }
            }
            return servers;
        }

        private List<String> searchDomains() {
            byte[] value = message.value(DhcpOption.DOMAIN_SEARCH).orElse(null);
            if (value != null) {
                try {
                    return DomainName.decode(value, true);
                } catch (DhcpException broken) {
                    problems.add("DHCP option 119 is " + broken.getMessage());
                }
            }
            String domain = message.text(DhcpOption.DOMAIN_NAME);
            if (DomainName.isValid(domain)) {
                return List.of(domain);
            }
            if (message.has(DhcpOption.DOMAIN_NAME)) {
                problems.add("the domain name is none");
            }
            return List.of();
        }

        private String hostName() {
            String name = message.text(DhcpOption.HOST_NAME);
            if (message.has(DhcpOption.HOST_NAME) && !DomainName.isValid(name)) {
                problems.add("the host name is none");
                return "";
            }
            return name;
        }

        private int mtu() {
            int mtu = (int) number(DhcpOption.MTU, 2, 0);
            if (mtu != 0 && mtu < SMALLEST_MTU) {
                problems.add("an MTU of " + mtu + " is less than " + SMALLEST_MTU);
                return 0;
            }
            return mtu;
        }

        private long number(int code, int bytes, long otherwise) {
            try {
                return message.number(code, bytes, otherwise);
            } catch (DhcpException broken) {
                problems.add(broken.getMessage());
                return otherwise;
            }
        }

        private List<Inet4Address> addresses(int code) {
            try {
                return message.addresses(code);
            } catch (DhcpException broken) {
                problems.add(broken.getMessage());
                return List.of();
            }
        }
    }
}
