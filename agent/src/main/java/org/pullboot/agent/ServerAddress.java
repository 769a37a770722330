package org.pullboot.agent;

import java.net.InetAddress;
import java.util.Optional;

/** The address in a URL, when it is one and not a name. */
final class ServerAddress {
    private ServerAddress() {}

    /** The IP address that the URL's host is; nothing for a name, or for what is no URL. */
    static Optional<InetAddress> of(String url) {
        return IpAddress.parse(host(url));
    }

    /** The URL's host, without brackets; empty for what is no URL. */
    static String host(String url) {
        int start = url.indexOf("://");
        if (start < 0) {
            return "";
        }
        start += 3;
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        start = Math.max(start, url.lastIndexOf('@', end - 1) + 1);
        if (start < end && url.charAt(start) == '[') {
            int close = url.indexOf(']', start);
            return close < 0 || close > end ? "" : url.substring(start + 1, close);
        }
        int port = url.lastIndexOf(':', end - 1);
        return url.substring(start, port >= start ? port : end);
    }
}
