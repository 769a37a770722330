package org.pullboot.agent;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.pullboot.linux.Link;
import org.pullboot.linux.LinkAddress;
import org.pullboot.linux.MacAddress;
import org.pullboot.linux.Route;

/** The state of the network, in lines for a person. */
final class NetworkReport {
    private NetworkReport() {}

    /** A line for each link with its addresses, loopback left out, and one for each route. */
    static List<String> lines(List<Link> links, List<LinkAddress> addresses, List<Route> routes) {
        List<String> lines = new ArrayList<>();
        for (Link link : links) {
            if (!link.isLoopback()) {
                lines.add(link(link, addresses));
            }
        }
        for (Route route : routes) {
            lines.add("route: " + route(route, links));
        }
        if (lines.isEmpty()) {
            lines.add("link: none: the initrd has no driver for this machine's network cards, or there are none");
        }
        return lines;
    }

    private static String link(Link link, List<LinkAddress> addresses) {
        MacAddress mac = link.macOrNull();
        StringBuilder text = new StringBuilder("link: ").append(link.name());
        if (mac != null) {
            text.append(' ').append(mac);
        }
        text.append(link.isUp() ? ", up" : ", down")
                .append(link.isUp() && !link.hasCarrier() ? " without a carrier" : "")
                .append(", MTU ")
                .append(link.mtu());
        for (LinkAddress address : addresses) {
            if (address.linkIndex() == link.index()) {
                text.append(", ").append(address);
            }
        }
        return text.toString();
    }

    private static String route(Route route, List<Link> links) {
        InetAddress gateway = route.gatewayOrNull();
        StringBuilder text = new StringBuilder(
                route.isDefault() ? "default" : route.destination().getHostAddress() + "/" + route.prefixLength());
        if (gateway != null) {
            text.append(" by ").append(gateway.getHostAddress());
        }
        for (Link link : links) {
            if (link.index() == route.linkIndex()) {
                text.append(" on ").append(link.name());
            }
        }
        return text.toString();
    }
}
