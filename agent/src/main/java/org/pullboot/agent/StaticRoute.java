package org.pullboot.agent;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One {@code rd.route=} option: {@code NETWORK/PREFIX:GATEWAY[:INTERFACE]}, IPv6 in brackets.
 *
 * @param gateway the next hop, null when the network is on the link
 * @param interfaceName the link it is for; empty for the one that wins
 */
record StaticRoute(
        InetAddress destination, int prefixLength, @Nullable InetAddress gateway, String interfaceName) {
    /**
     * Reads the option's value.
     *
     * @throws NetworkException when it is not of this form
     */
    static StaticRoute parse(String value) throws NetworkException {
        int networkEnd = fieldEnd(value, 0);
        int gatewayEnd = fieldEnd(value, networkEnd + 1);
        String network = field(value, 0, networkEnd);
        int slash = network.lastIndexOf('/');
        InetAddress destination = IpAddress.parse(unbracketed(slash < 0 ? network : network.substring(0, slash)))
                .orElse(null);
        if (destination == null) {
            throw wrong(value);
        }
        int bits = IpAddress.bits(destination);
        int prefixLength = slash < 0 ? bits : IpOption.number(network.substring(slash + 1), bits);
        String gatewayText = unbracketed(field(value, networkEnd + 1, gatewayEnd));
        InetAddress gateway = IpAddress.parse(gatewayText).orElse(null);
        String name = field(value, gatewayEnd + 1, value.length());
        boolean gatewayFits = gateway == null ? gatewayText.isEmpty() : IpAddress.bits(gateway) == bits;
        if (prefixLength < 0 || !gatewayFits || (!name.isEmpty() && !IpOption.isInterfaceName(name))) {
            throw wrong(value);
        }
        return new StaticRoute(IpAddress.network(destination, prefixLength), prefixLength, gateway, name);
    }

    private static int fieldEnd(String value, int from) {
        boolean inside = false;
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '[' || c == ']') {
                inside = c == '[';
            } else if (c == ':' && !inside) {
                return i;
            }
        }
        return value.length();
    }

    private static String field(String value, int from, int to) {
        return from > to ? "" : value.substring(from, to);
    }

    private static String unbracketed(String text) {
        return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    }

    private static NetworkException wrong(String value) {
        return new NetworkException("rd.route=" + value
                + " on the kernel command line is not understood: NETWORK/PREFIX:GATEWAY[:INTERFACE] was expected");
    }
}
