package org.pullboot.agent;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.MacAddress;
import org.pullboot.pull.KernelCommandLine;

/**
 * What the kernel command line says of the network.
 *
 * @param options the {@code ip=} options; {@code ip=any} when there is none
 * @param bootMac the card of {@code BOOTIF=}, else null
 * @param nameservers the servers of {@code nameserver=}, before all others
 * @param routes the routes of {@code rd.route=}
 * @param names the names of {@code ifname=}
 * @param peerDns whether the DNS servers that the network tells are used: {@code rd.peerdns=}
 * @param vendorClass what DHCPv4 servers are told as the kind of client; empty for nothing
 * @param timeouts how long to wait for what
 * @param server the address of the server to boot from when it is known, else null: only a connection of its family is
 *     one
 * @param serverPort its TCP port; 0 for none, so that nobody tries which card of several reaches it
 * @param warnings what is looked over, one sentence each
 */
record NetworkConfiguration(
        List<IpOption> options,
        @Nullable MacAddress bootMac,
        List<InetAddress> nameservers,
        List<StaticRoute> routes,
        List<LinkName> names,
        boolean peerDns,
        String vendorClass,
        NetworkTimeouts timeouts,
        @Nullable InetAddress server,
        int serverPort,
        List<String> warnings) {
    private static final int LONGEST_WAIT_SECONDS = 24 * 60 * 60;
    private static final List<String> NOT_YET = List.of("vlan", "bond", "bridge", "team");

    /**
     * Reads the command line.
     *
     * @throws NetworkException when an option that decides which network is used cannot be understood
     */
    static NetworkConfiguration of(KernelCommandLine line) throws NetworkException {
        List<String> warnings = new ArrayList<>();
        List<IpOption> options = new ArrayList<>();
        for (String value : line.values("ip")) {
            options.add(IpOption.parse(value));
        }
        if (options.isEmpty()) {
            options.add(IpOption.any());
        }
        List<InetAddress> nameservers = new ArrayList<>();
        for (String value : line.values("nameserver")) {
            addNameserver(value, nameservers, warnings);
        }
        List<StaticRoute> routes = new ArrayList<>();
        for (String value : line.values("rd.route")) {
            routes.add(StaticRoute.parse(value));
        }
        List<LinkName> names = new ArrayList<>();
        for (String value : line.values("ifname")) {
            names.add(LinkName.parse(value));
        }
        for (String key : NOT_YET) {
            if (line.has(key)) {
                warnings.add(key + "= is not supported in the initrd yet and is left out");
            }
        }
        return new NetworkConfiguration(
                options,
                bootMac(line),
                nameservers,
                routes,
                names,
                line.flag("rd.peerdns", true),
                line.value("rd.net.dhcp.vendor-class").orElse(""),
                timeouts(line, warnings),
                null,
                0,
                warnings);
    }

    private static void addNameserver(String value, List<InetAddress> nameservers, List<String> warnings) {
        String text = value.startsWith("[") && value.endsWith("]") ? value.substring(1, value.length() - 1) : value;
        InetAddress address = IpAddress.parse(text).orElse(null);
        if (address == null) {
            warnings.add("nameserver=" + value + " is no IP address and is left out");
        } else {
            nameservers.add(address);
        }
    }

    private static @Nullable MacAddress bootMac(KernelCommandLine line) throws NetworkException {
        String value = line.value("BOOTIF").orElse(null);
        return value == null || !line.flag("rd.bootif", true) ? null : BootIf.parse(value);
    }

    private static NetworkTimeouts timeouts(KernelCommandLine line, List<String> warnings) {
        NetworkTimeouts normal = NetworkTimeouts.DEFAULT;
        return new NetworkTimeouts(
                millis(line, "rd.net.timeout.iflink", normal.card(), warnings),
                millis(line, "rd.net.timeout.carrier", normal.carrier(), warnings),
                millis(line, "rd.net.timeout.dhcp", normal.dhcp4(), warnings),
                millis(line, "rd.net.timeout.ipv6auto", normal.ipv6(), warnings),
                millis(line, "rd.net.timeout.ipv6dad", normal.duplicateCheck(), warnings));
    }

    private static long millis(KernelCommandLine line, String key, long otherwise, List<String> warnings) {
        String value = line.value(key).orElse(null);
        if (value == null) {
            return otherwise;
        }
        int seconds = IpOption.number(value, LONGEST_WAIT_SECONDS);
        if (seconds < 0) {
            warnings.add(key + "=" + value + " is no number of seconds and is left out");
            return otherwise;
        }
        return seconds * 1000L;
    }

    /** The same, for a boot from the server at this address. */
    NetworkConfiguration withServer(InetAddress address) {
        return withServer(address, 0);
    }

    /** The same, for a boot from the server at this address: a card whose network does not reach it does not win. */
    NetworkConfiguration withServer(InetAddress address, int port) {
        return new NetworkConfiguration(
                options, bootMac, nameservers, routes, names, peerDns, vendorClass, timeouts, address, port, warnings);
    }

    /** The same, with other waits. */
    NetworkConfiguration withTimeouts(NetworkTimeouts other) {
        return new NetworkConfiguration(
                options,
                bootMac,
                nameservers,
                routes,
                names,
                peerDns,
                vendorClass,
                other,
                server,
                serverPort,
                warnings);
    }

    /** Whether the command line wants no network at all. */
    boolean isOff() {
        for (IpOption option : options) {
            if (option.method() != IpMethod.NONE || option.addressOrNull() != null) {
                return false;
            }
        }
        return true;
    }
}
