package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.linux.MacAddress;

final class NetworkHandoverTest {
    @TempDir
    private Path run;

    private static Connection connection(String how, List<String> domains) {
        InetAddress name = IpAddress.parse("192.0.2.53").orElseThrow();
        MacAddress mac = MacAddress.parse("52:54:00:12:34:56").orElseThrow();
        return new Connection(2, "eth0", mac, List.of(), null, List.of(name), domains, "", "", how);
    }

    @Test
    void networkdKeepsWhatIsThereAndGoesOnWithTheLease() throws IOException {
        new NetworkHandover(run).write(connection("DHCPv4", List.of("example.org")));

        assertThat(Files.readString(run.resolve("systemd/network/00-pullboot-root.network")))
                .endsWith("""
                        [Match]
                        MACAddress=52:54:00:12:34:56
                        Type=ether
                        Kind=!*

                        [Network]
                        DHCP=yes
                        KeepConfiguration=yes
                        IgnoreCarrierLoss=yes

                        [DHCPv4]
                        ClientIdentifier=mac
                        SendRelease=no

                        [DHCPv6]
                        SendRelease=no
                        """);
    }

    @Test
    void anAddressOfTheCommandLineStaysWithItsNameServers() throws IOException {
        new NetworkHandover(run).write(connection("static", List.of("example.org", "evil\n[Link]")));

        assertThat(Files.readString(run.resolve("systemd/network/00-pullboot-root.network")))
                .endsWith("""
                        DHCP=no
                        KeepConfiguration=yes
                        IgnoreCarrierLoss=yes
                        DNS=192.0.2.53
                        Domains=example.org
                        """);
    }

    @Test
    void networkManagerLeavesTheCardAloneAndKnowsTheNameServers() throws IOException {
        new NetworkHandover(run).write(connection("DHCPv4", List.of()));

        assertThat(Files.readString(run.resolve("NetworkManager/conf.d/00-pullboot-root.conf")))
                .endsWith("""
                        [device-pullboot-root]
                        match-device=mac:52:54:00:12:34:56
                        managed=0

                        [global-dns]

                        [global-dns-domain-*]
                        servers=192.0.2.53
                        """);
    }

    @Test
    void ifupdownTakesNothingDown() throws IOException {
        new NetworkHandover(run).write(connection("DHCPv4", List.of()));

        for (String unit : List.of("networking.service", "ifup@.service")) {
            assertThat(Files.readString(run.resolve("systemd/system/" + unit + ".d/50-pullboot-root.conf")))
                    .endsWith("[Service]\nExecStop=\n");
        }
    }
}
