package org.pullboot.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells the booted system to leave the network alone that its root comes over: whoever takes the address away, when it
 * starts or when the machine shuts down, takes the disk away (docs/PROTOCOL.md, The network of an NVMe/TCP root).
 *
 * <p>The address that the agent set has no end in the kernel; the files are in /run, so they last for this boot.
 */
final class NetworkHandover {
    private static final String HEAD =
            "# Written by Pullboot in this boot: the root file system comes over this network interface.\n";

    private final Path run;

    /**
     * Writes nothing yet.
     *
     * @param run /run, or a directory in its place
     */
    NetworkHandover(Path run) {
        this.run = run;
    }

    /** Writes what each of the network's managers on Debian and its kin reads; those that are not there do not mind. */
    void write(Connection connection) throws IOException {
        file("systemd/network/00-pullboot-root.network", networkd(connection));
        file("NetworkManager/conf.d/00-pullboot-root.conf", networkManager(connection));
        // ifupdown would take every interface down before the root is unmounted.
        String noStop = HEAD + "[Service]\nExecStop=\n";
        file("systemd/system/networking.service.d/50-pullboot-root.conf", noStop);
        file("systemd/system/ifup@.service.d/50-pullboot-root.conf", noStop);
    }

    private void file(String name, String text) throws IOException {
        Path file = run.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The same lease goes on: the client names itself as the agent did. What shares the card's address, a bridge for one,
     * has a kind, and is not meant.
     */
    private static String networkd(Connection connection) {
        boolean dynamic =
                !connection.how().equals("static") && !connection.how().equals("link-local");
        StringBuilder text = new StringBuilder(HEAD);
        text.append("[Match]\nMACAddress=").append(connection.mac()).append("\nType=ether\nKind=!*\n\n[Network]\n");
        text.append("DHCP=").append(dynamic ? "yes" : "no").append('\n');
        text.append("KeepConfiguration=yes\nIgnoreCarrierLoss=yes\n");
        if (!dynamic) {
            for (InetAddress server : connection.nameservers()) {
                text.append("DNS=").append(server.getHostAddress()).append('\n');
            }
            if (!connection.searchDomains().isEmpty()) {
                text.append("Domains=")
                        .append(words(connection.searchDomains(), " "))
                        .append('\n');
            }
        } else {
            text.append("\n[DHCPv4]\nClientIdentifier=mac\nSendRelease=no\n\n[DHCPv6]\nSendRelease=no\n");
        }
        return text.toString();
    }

    private static String networkManager(Connection connection) {
        StringBuilder text = new StringBuilder(HEAD);
        text.append("[device-pullboot-root]\nmatch-device=mac:")
                .append(connection.mac())
                .append("\nmanaged=0\n");
        if (!connection.nameservers().isEmpty()) {
            text.append("\n[global-dns]\n");
            if (!connection.searchDomains().isEmpty()) {
                text.append("searches=")
                        .append(words(connection.searchDomains(), ","))
                        .append('\n');
            }
            text.append("\n[global-dns-domain-*]\nservers=");
            for (int i = 0; i < connection.nameservers().size(); i++) {
                text.append(i == 0 ? "" : ",")
                        .append(connection.nameservers().get(i).getHostAddress());
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** Domains come from the network: what could end a line is left out. */
    private static String words(List<String> domains, String separator) {
        StringBuilder text = new StringBuilder();
        for (String domain : domains) {
            boolean plain = true;
            for (int i = 0; i < domain.length(); i++) {
                char c = domain.charAt(i);
                plain &= Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
            }
            if (plain && !domain.isEmpty()) {
                text.append(text.isEmpty() ? "" : separator).append(domain);
            }
        }
        return text.toString();
    }
}
