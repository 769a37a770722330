package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pullboot.linux.MacAddress;
import org.pullboot.pull.KernelCommandLine;

final class LinkPlanTest {
    private static final MacAddress ONE = new MacAddress(0x5254_0000_0001L);
    private static final MacAddress TWO = new MacAddress(0x5254_0000_0002L);

    private static NetworkConfiguration read(String line) throws NetworkException {
        return NetworkConfiguration.of(KernelCommandLine.parse(line));
    }

    @Test
    void withoutAWordEveryCardTriesEverything() throws NetworkException {
        LinkPlan plan = LinkPlan.of(read("quiet"), "eth0", ONE).orElseThrow();

        assertThat(plan.dhcp4()).isTrue();
        assertThat(plan.ipv6()).isEqualTo(Ipv6Mode.EITHER);
        assertThat(plan.named()).isFalse();
    }

    @Test
    void aNamedLinkHasItsOwnOptionsOnly() throws NetworkException {
        NetworkConfiguration configuration = read("ip=dhcp ip=eth1:auto6 ip=eth1:dhcp6:1400");

        LinkPlan named = LinkPlan.of(configuration, "eth1", TWO).orElseThrow();
        assertThat(named.named()).isTrue();
        assertThat(named.dhcp4()).isFalse();
        assertThat(named.ipv6()).isEqualTo(Ipv6Mode.EITHER);
        assertThat(named.mtu()).isEqualTo(1400);
        LinkPlan other = LinkPlan.of(configuration, "eth0", ONE).orElseThrow();
        assertThat(other.dhcp4()).isTrue();
        assertThat(other.named()).isFalse();
        assertThat(LinkPlan.of(read("ip=eth1:dhcp"), "eth0", ONE)).isEmpty();
    }

    @Test
    void theBootCardIsTheOnlyOneOfAPlainMethod() throws NetworkException {
        NetworkConfiguration configuration = read("ip=dhcp BOOTIF=01-52-54-00-00-00-02");

        assertThat(LinkPlan.of(configuration, "eth0", ONE)).isEmpty();
        assertThat(LinkPlan.of(configuration, "eth1", TWO)).isPresent();
        assertThat(LinkPlan.of(read("ip=dhcp BOOTIF=01-52-54-00-00-00-02 rd.bootif=0"), "eth0", ONE))
                .isPresent();
        assertThat(LinkPlan.of(read("ip=BOOTIF:dhcp BOOTIF=01-52-54-00-00-00-02"), "eth1", TWO))
                .get()
                .matches(LinkPlan::named);
    }

    @Test
    void aCardMayBeNamedByItsAddress() throws NetworkException {
        NetworkConfiguration configuration = read("ip=52-54-00-00-00-02:dhcp");

        assertThat(LinkPlan.of(configuration, "eth0", ONE)).isEmpty();
        assertThat(LinkPlan.of(configuration, "eth1", TWO)).isPresent();
        assertThat(LinkPlan.isMissing(
                        configuration.options().getFirst(),
                        configuration,
                        List.of(new LinkPlan.KnownLink("eth0", ONE))))
                .isTrue();
    }

    @Test
    void theOtherWordsAreRead() throws NetworkException {
        NetworkConfiguration configuration = read("ip=any nameserver=192.0.2.53 nameserver=[2001:db8::53] nameserver=x"
                + " ifname=net0:52:54:00:00:00:01 rd.route=10.0.0.0/8:192.0.2.1:net0 rd.peerdns=0"
                + " rd.net.timeout.dhcp=5 rd.net.timeout.carrier=soon bond=bond0:eth0");

        assertThat(configuration.nameservers())
                .containsExactly(InetAddress.ofLiteral("192.0.2.53"), InetAddress.ofLiteral("2001:db8::53"));
        assertThat(configuration.names()).containsExactly(new LinkName("net0", ONE));
        assertThat(configuration.routes())
                .containsExactly(new StaticRoute(
                        InetAddress.ofLiteral("10.0.0.0"), 8, InetAddress.ofLiteral("192.0.2.1"), "net0"));
        assertThat(configuration.peerDns()).isFalse();
        assertThat(configuration.timeouts().dhcp4()).isEqualTo(5000);
        assertThat(configuration.timeouts().carrier()).isEqualTo(NetworkTimeouts.DEFAULT.carrier());
        assertThat(configuration.warnings())
                .containsExactly(
                        "nameserver=x is no IP address and is left out",
                        "bond= is not supported in the initrd yet and is left out",
                        "rd.net.timeout.carrier=soon is no number of seconds and is left out");
        assertThat(configuration.isOff()).isFalse();
        assertThat(read("ip=off").isOff()).isTrue();
        assertThat(read("ip=192.0.2.1:::24::eth0:off").isOff()).isFalse();
    }
}
