package org.pullboot.serve;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What machines are told.
 *
 * @param directory the URL under which everything lies, with a slash at its end
 */
record BootUrls(String directory) {
    private static final String UNESCAPED = "-._~";

    /**
     * The URLs of a server.
     *
     * @param advertised the host as the user named it; null to find one
     */
    static BootUrls of(InetSocketAddress listening, @Nullable String advertised) throws SocketException {
        String host = advertised == null ? host(listening.getAddress()) : bracketed(advertised);
        return new BootUrls("http://" + host + ":" + listening.getPort() + "/");
    }

    /** This server, as machines are told: a name or an address, without brackets. */
    String host() {
        String authority = directory.substring("http://".length(), directory.lastIndexOf(':'));
        return authority.startsWith("[") ? authority.substring(1, authority.length() - 1) : authority;
    }

    /** The URL of an artifact; bytes that mean something in a URL are escaped. */
    String of(String name) {
        StringBuilder url = new StringBuilder(directory);
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || UNESCAPED.indexOf(c) >= 0);
            url.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return url.toString();
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static String host(InetAddress listening) throws SocketException {
        if (!listening.isAnyLocalAddress()) {
            return text(listening);
        }
        List<InetAddress> candidates = new ArrayList<>();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            if (network.isUp() && !network.isLoopback()) {
                network.inetAddresses()
                        .filter(address -> !address.isLinkLocalAddress())
                        .forEach(candidates::add);
            }
        }
        // IPv4 first: more firmware can do it. The order of interfaces is kept otherwise.
        return candidates.stream()
                .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                .map(BootUrls::text)
                .orElse("127.0.0.1");
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        String plain = scope < 0 ? text : text.substring(0, scope);
        return address instanceof Inet6Address ? "[" + plain + "]" : plain;
    }
}
