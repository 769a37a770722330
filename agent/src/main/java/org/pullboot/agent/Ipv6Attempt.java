package org.pullboot.agent;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.BoundUdpSocket;
import org.pullboot.linux.Link;
import org.pullboot.linux.LinkAddress;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.MacAddress;
import org.pullboot.linux.Netlink;
import org.pullboot.linux.NetlinkEvent;
import org.pullboot.linux.SocketPoll;

/**
 * One link's way to an IPv6 address. The kernel does what it is good at: it asks for routers, makes addresses of what
 * they advertise (RFC 4862), checks that nobody else has them and keeps the routes; this listens to its events. Only
 * DHCPv6 is done here, when a router says so or the command line does.
 */
final class Ipv6Attempt implements AutoCloseable {
    /** How long an address waits for what may still come beside it: DNS servers, and the router's route. */
    private static final long GRACE_MILLIS = 2500;

    private static final InetAddress ALL_SERVERS = IpAddress.of(new byte[] {
        (byte) 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2,
    });

    private final Netlink netlink;
    private final Link link;
    private final MacAddress mac;
    private final LinkPlan plan;
    private final NetworkListener listener;
    private final RandomGenerator random;
    private final boolean waitsForNames;
    private final NameServers names = new NameServers();
    private final List<InetAddress> pending = new ArrayList<>();
    private Ipv6Mode mode;
    private boolean isStarted;
    private boolean hasLinkLocal;
    private boolean isAdvertised;
    private boolean isManaged;
    private boolean hasOther;
    private String how = "";
    private String bootFile = "";
    private String problem = "";
    private long readySince = Long.MAX_VALUE;
    private @Nullable BoundUdpSocket socket;
    private @Nullable Dhcp6Client client;
    private @Nullable Inet6Address leased;

    /**
     * Makes an attempt.
     *
     * @param waitsForNames whether the boot may need DNS servers that only the network can tell
     */
    Ipv6Attempt(
            Netlink netlink,
            Link link,
            MacAddress mac,
            LinkPlan plan,
            boolean waitsForNames,
            NetworkListener listener,
            RandomGenerator random) {
        this.netlink = netlink;
        this.link = link;
        this.mac = mac;
        this.plan = plan;
        this.waitsForNames = waitsForNames;
        this.listener = listener;
        this.random = random;
        this.mode = plan.ipv6();
        for (StaticAddress address : plan.addresses()) {
            if (address.address() instanceof Inet6Address) {
                pending.add(address.address());
            }
        }
    }

    /** Whether anything of IPv6 is wanted. */
    boolean isWanted() {
        return mode != Ipv6Mode.OFF || !pending.isEmpty();
    }

    /**
     * Prepares the kernel, before the link is set up.
     *
     * @param settings the directory {@code /proc/sys/net/ipv6/conf}
     */
    void prepare(Path settings) throws IOException {
        if (!isWanted()) {
            return;
        }
        Path own = settings.resolve(link.name());
        if (!Files.isDirectory(own)) {
            mode = Ipv6Mode.OFF;
            pending.clear();
            problem = "no IPv6 in this kernel";
            return;
        }
        set(own.resolve("disable_ipv6"), "0");
        if (mode != Ipv6Mode.OFF) {
            set(own.resolve("accept_ra"), mode == Ipv6Mode.LINK_LOCAL ? "0" : "1");
        }
    }

    private static void set(Path setting, String value) throws IOException {
        Files.write(setting, (value + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Begins, now that there is a link. */
    void start(long now) throws LinuxException {
        isStarted = true;
        for (StaticAddress address : plan.addresses()) {
            if (pending.contains(address.address())) {
                netlink.addAddress(link.index(), address.address(), address.prefixLength(), address.peer());
                Ipv4Attempt.addGateway(netlink, link.index(), address);
            }
        }
        startClient(now);
    }

    /** Takes an address of this link that is new or changed. */
    void addressChanged(LinkAddress changed, long now) throws LinuxException {
        if (!(changed.address() instanceof Inet6Address address)) {
            return;
        }
        boolean ours = pending.contains(address) || address.equals(leased);
        if (changed.isDuplicate()) {
            if (ours || mode != Ipv6Mode.OFF) {
                problem = "the address " + address.getHostAddress() + " is another machine's already";
                listener.message(link.name() + ": " + problem);
            }
            return;
        }
        if (changed.isTentative()) {
            return;
        }
        if (address.isLinkLocalAddress()) {
            hasLinkLocal = true;
            if (mode == Ipv6Mode.LINK_LOCAL) {
                ready("link-local", now);
            }
            startClient(now);
        } else if (pending.contains(address)) {
            ready("static", now);
        } else if (address.equals(leased)) {
            ready("DHCPv6", now);
        } else if (changed.isGlobal() && (mode == Ipv6Mode.ADVERTISED || mode == Ipv6Mode.EITHER)) {
            ready("router", now);
        }
    }

    private void ready(String by, long now) {
        if (how.isEmpty()) {
            how = by;
            readySince = now;
        }
    }

    /** Takes what routers said of this link. */
    void routerFlags(NetlinkEvent.RouterFlags flags, long now) throws LinuxException {
        // The kernel notes an advertisement as received only when it had asked for one, but its flags always.
        isAdvertised |= flags.received() || flags.managed() || flags.other();
        isManaged |= flags.managed();
        hasOther |= flags.other();
        startClient(now);
    }

    /** Takes DNS servers that a router advertised. */
    void routerOptions(NetlinkEvent.RouterOptions event) {
        if (mode == Ipv6Mode.OFF || mode == Ipv6Mode.LINK_LOCAL) {
            return;
        }
        isAdvertised = true;
        try {
            RouterOptions options = RouterOptions.parse(event.options());
            names.add(options.nameservers(), options.searchDomains());
        } catch (DhcpException broken) {
            listener.message(link.name() + ": looked over in a router advertisement: " + broken.getMessage());
        }
    }

    /** DHCPv6 begins as soon as there is an address to ask from, and a reason to ask. */
    private void startClient(long now) throws LinuxException {
        boolean address = mode == Ipv6Mode.DHCP || (mode == Ipv6Mode.EITHER && isManaged);
        boolean information = (mode == Ipv6Mode.ADVERTISED || mode == Ipv6Mode.EITHER) && (isManaged || hasOther);
        Dhcp6Client before = client;
        boolean better = before == null || (address && !before.isStateful());
        if (!isStarted || !hasLinkLocal || !(address || information) || !better) {
            return;
        }
        close();
        socket = BoundUdpSocket.open(link, IpAddress.of(new byte[16]), Dhcp6Message.CLIENT_PORT);
        client = new Dhcp6Client(mac, address, random);
        client.start(now);
    }

    void addTo(SocketPoll poll) {
        if (socket != null) {
            poll.add(socket);
        }
    }

    /** When {@link #run} has something to do though nothing came. */
    long nextAt() {
        long grace = readySince == Long.MAX_VALUE || isReady(readySince) ? Long.MAX_VALUE : readySince + GRACE_MILLIS;
        return client == null || socket == null ? grace : Math.min(grace, client.nextAt());
    }

    /** Takes what came and sends what is due. */
    void run(long now) throws LinuxException {
        BoundUdpSocket open = socket;
        Dhcp6Client asking = client;
        if (open == null || asking == null) {
            return;
        }
        for (Optional<BoundUdpSocket.Datagram> got = open.poll(); got.isPresent(); got = open.poll()) {
            take(got.get(), asking, now);
        }
        Dhcp6Lease given = asking.lease().orElse(null);
        if (given != null) {
            close();
            apply(given);
            return;
        }
        Dhcp6Message message = asking.due(now).orElse(null);
        if (message != null) {
            try {
                open.send(message.encode(), ALL_SERVERS, Dhcp6Message.SERVER_PORT);
            } catch (LinuxException refused) {
                if (!Transient.isTransient(refused)) {
                    throw refused;
                }
            }
        }
    }

    private void take(BoundUdpSocket.Datagram got, Dhcp6Client asking, long now) {
        try {
            asking.received(Dhcp6Message.parse(got.data()), now);
        } catch (DhcpException broken) {
            listener.message(link.name() + ": dropped a DHCPv6 message from "
                    + got.sender().getAddress().getHostAddress() + ": " + broken.getMessage());
        }
    }

    private void apply(Dhcp6Lease given) throws LinuxException {
        for (String looked : given.problems()) {
            listener.message(link.name() + ": looked over in the DHCPv6 answer: " + looked);
        }
        names.add(given.nameservers(), given.searchDomains());
        bootFile = given.bootFile();
        Inet6Address address = given.address();
        if (address != null) {
            leased = address;
            netlink.addAddress(link.index(), address, 128, null);
        }
    }

    /** Whether there is an address, and DNS servers and a route unless they do not come. */
    boolean isReady(long now) {
        if (how.isEmpty()) {
            return false;
        }
        // The client may not have begun: an address can be ready before the link-local one that it asks from.
        boolean mayAsk = mode.compareTo(Ipv6Mode.ADVERTISED) >= 0 && (isManaged || hasOther);
        boolean isAsking = client == null ? mayAsk : socket != null;
        boolean namesMayCome = waitsForNames && names.isEmpty() && isAsking;
        // DHCPv6 tells no routes, and its server may be quicker than the router.
        boolean routeMayCome = mode == Ipv6Mode.DHCP && !isAdvertised;
        return (!namesMayCome && !routeMayCome) || now - readySince >= GRACE_MILLIS;
    }

    /** Where the address is from. */
    String how() {
        return how;
    }

    NameServers names() {
        return names;
    }

    String bootFile() {
        return bootFile;
    }

    /** Why there is no address so far: {@code no IPv6 router}. */
    String failure() {
        Dhcp6Client asked = client;
        if (!problem.isEmpty()) {
            return problem;
        }
        if (asked != null && asked.isStateful()) {
            return asked.refusal().isEmpty() ? "no DHCPv6 answer" : "no DHCPv6 lease because " + asked.refusal();
        }
        if (mode == Ipv6Mode.LINK_LOCAL || mode == Ipv6Mode.OFF || mode == Ipv6Mode.DHCP) {
            return "no IPv6 address";
        }
        return isAdvertised ? "an IPv6 router that advertises no addresses" : "no IPv6 router";
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
