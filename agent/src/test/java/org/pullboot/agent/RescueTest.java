package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pullboot.linux.Link;
import org.pullboot.linux.LinkAddress;
import org.pullboot.linux.MacAddress;
import org.pullboot.linux.OperState;
import org.pullboot.linux.Route;
import org.pullboot.pull.KernelCommandLine;

final class RescueTest {
    private static final int UP_RUNNING = 0x10041;

    @Test
    void commandLineAsksForIt() {
        assertThat(Settings.rescue(KernelCommandLine.parse("quiet rd.pullboot.rescue")))
                .isTrue();
        assertThat(Settings.rescue(KernelCommandLine.parse("rd.pullboot.rescue=no")))
                .isFalse();
        assertThat(Settings.rescue(KernelCommandLine.parse("quiet"))).isFalse();
    }

    @Test
    void lastRecordsOfTheKernelAreShownAndNotTheAgentsOwn() {
        List<String> records =
                IntStream.range(0, 30).mapToObj(i -> "record " + i).toList();
        assertThat(Rescue.lastOfKernel(records))
                .hasSize(20)
                .startsWith("record 10")
                .endsWith("record 29");
        assertThat(Rescue.lastOfKernel(List.of("one", "pullboot: two", "three")))
                .containsExactly("one", "three");
    }

    @Test
    void linksAndRoutesAreShown() throws Exception {
        Link loopback = new Link(1, "lo", 772, null, 0x49, OperState.UP, 65536, null);
        Link up = new Link(
                2,
                "eth0",
                1,
                MacAddress.parse("52:54:00:12:34:56").orElseThrow(),
                UP_RUNNING,
                OperState.UP,
                1500,
                null);
        Link unplugged = new Link(
                3, "eth1", 1, MacAddress.parse("52:54:00:12:34:57").orElseThrow(), 1, OperState.DOWN, 1500, null);
        List<LinkAddress> addresses = List.of(new LinkAddress(2, InetAddress.getByName("192.0.2.7"), 24, 0, 0));
        List<Route> routes = List.of(
                new Route(2, InetAddress.getByName("0.0.0.0"), 0, InetAddress.getByName("192.0.2.1"), null, 0, false),
                new Route(2, InetAddress.getByName("192.0.2.0"), 24, null, null, 0, false));
        assertThat(NetworkReport.lines(List.of(loopback, up, unplugged), addresses, routes))
                .containsExactly(
                        "link: eth0 52:54:00:12:34:56, up, MTU 1500, 192.0.2.7/24",
                        "link: eth1 52:54:00:12:34:57, up without a carrier, MTU 1500",
                        "route: default by 192.0.2.1 on eth0",
                        "route: 192.0.2.0/24 on eth0");
    }

    @Test
    void machineWithoutCardsIsToldSo() {
        assertThat(NetworkReport.lines(List.of(), List.of(), List.of()))
                .singleElement()
                .asString()
                .startsWith("link: none");
    }
}
