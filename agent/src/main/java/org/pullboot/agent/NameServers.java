package org.pullboot.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** DNS servers and search domains as they become known, each once, and the resolver's file made of them. */
final class NameServers {
    /** What glibc's resolver reads at most. */
    private static final int MOST_SERVERS = 3;

    private static final int MOST_DOMAINS = 6;

    private final List<InetAddress> servers = new ArrayList<>();
    private final List<String> domains = new ArrayList<>();

    void add(List<? extends InetAddress> moreServers, List<String> moreDomains) {
        for (InetAddress server : moreServers) {
            if (!servers.contains(server)) {
                servers.add(server);
            }
        }
        for (String domain : moreDomains) {
            if (!domains.contains(domain)) {
                domains.add(domain);
            }
        }
    }

    boolean isEmpty() {
        return servers.isEmpty();
    }

    List<InetAddress> servers() {
        return servers;
    }

    List<String> domains() {
        return domains;
    }

    /**
     * Writes resolv.conf(5), so that the JVM finds names through the C library. Without a server the file is left as
     * it is.
     */
    static void write(Connection connection, Path file) throws IOException {
        if (connection.nameservers().isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(connection.nameservers().size(), MOST_SERVERS); i++) {
            InetAddress server = connection.nameservers().get(i);
            text.append("nameserver ").append(server.getHostAddress());
            if (server.isLinkLocalAddress() && server.getAddress().length == 16) {
                text.append('%').append(connection.link());
            }
            text.append('\n');
        }
        if (!connection.searchDomains().isEmpty()) {
            text.append("search");
            for (int i = 0; i < Math.min(connection.searchDomains().size(), MOST_DOMAINS); i++) {
                text.append(' ').append(connection.searchDomains().get(i));
            }
            text.append('\n');
        }
        // A server that is not there must not cost the boot glibc's 5 seconds twice.
        text.append("options timeout:2 attempts:3\n");
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, bytes);
    }
}
