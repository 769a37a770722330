package org.pullboot.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A unicast route of the main table.
 *
 * @param linkIndex the link that packets leave by, 0 when the route has several next hops
 * @param destination the network it is for; the wildcard address with prefix length 0 is the default route
 * @param prefixLength bits of the network, 0 to 32 or 128
 * @param gatewayOrNull the next hop, null when the network is on the link
 * @param sourceOrNull the address that packets are sent from, null to let the kernel choose
 * @param metric lower wins; 0 lets the kernel choose (IPv4: 0, IPv6: 1024); an unsigned 32-bit number
 * @param onLink whether the gateway is taken to be on the link though no address says so
 */
public record Route(
        int linkIndex,
        InetAddress destination,
        int prefixLength,
        @Nullable InetAddress gatewayOrNull,
        @Nullable InetAddress sourceOrNull,
        long metric,
        boolean onLink) {
    /** Refuses a prefix that is longer than the address, and a metric that is no unsigned 32-bit number. */
    public Route {
        if (prefixLength < 0 || prefixLength > (destination instanceof Inet4Address ? 32 : 128)) {
            throw new IllegalArgumentException("a prefix length of " + destination + " cannot be " + prefixLength);
        }
        if (metric < 0 || metric > 0xffff_ffffL) {
            throw new IllegalArgumentException("a metric has 32 bits and is not " + metric);
        }
    }

    /** The next hop, empty when the network is on the link. */
    public Optional<InetAddress> gateway() {
        return Optional.ofNullable(gatewayOrNull);
    }

    /** The address that packets are sent from, empty when the kernel chooses. */
    public Optional<InetAddress> source() {
        return Optional.ofNullable(sourceOrNull);
    }

    /** Whether it takes what no other route takes. */
    public boolean isDefault() {
        return prefixLength == 0;
    }
}
