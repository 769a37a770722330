package org.pullboot.agent;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Link;
import org.pullboot.linux.LinkAddress;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.MacAddress;
import org.pullboot.linux.Netlink;
import org.pullboot.linux.NetlinkEvent;
import org.pullboot.linux.Route;
import org.pullboot.linux.SocketPoll;

/** One link's way from down to a network that works, or to the reason why not. */
final class LinkAttempt implements AutoCloseable {
    private enum Phase {
        NO_LINK,
        TRYING,
        READY,
        FAILED
    }

    private final Netlink netlink;
    private final NetworkConfiguration configuration;
    private final LinkPlan plan;
    private final MacAddress mac;
    private final NetworkListener listener;
    private final Ipv4Attempt ipv4;
    private final Ipv6Attempt ipv6;
    private final boolean wantsIpv4;
    private Link link;
    private Phase phase = Phase.NO_LINK;
    private boolean isStarted;
    private boolean saidNoLink;
    private long since;
    private String failure = "";

    LinkAttempt(
            Netlink netlink,
            Link link,
            MacAddress mac,
            LinkPlan plan,
            NetworkConfiguration configuration,
            NetworkListener listener,
            RandomGenerator random) {
        this.netlink = netlink;
        this.configuration = configuration;
        this.plan = plan;
        this.link = link;
        this.mac = mac;
        this.listener = listener;
        boolean waitsForNames = configuration.peerDns()
                && configuration.server() == null
                && configuration.nameservers().isEmpty()
                && plan.nameservers().isEmpty();
        this.ipv4 = new Ipv4Attempt(netlink, link, mac, plan, configuration.vendorClass(), listener, random);
        this.ipv6 = new Ipv6Attempt(netlink, link, mac, plan, waitsForNames, listener, random);
        this.wantsIpv4 = ipv4.isWanted();
    }

    int linkIndex() {
        return link.index();
    }

    String linkName() {
        return link.name();
    }

    MacAddress mac() {
        return mac;
    }

    boolean isNamed() {
        return plan.named();
    }

    boolean isReady() {
        return phase == Phase.READY;
    }

    boolean isFailed() {
        return phase == Phase.FAILED;
    }

    /** Sets the link up. */
    void begin(Path ipv6Settings, long now) {
        since = now;
        try {
            MacAddress other = plan.mac();
            if (other != null && !other.equals(link.macOrNull())) {
                netlink.setMac(link.index(), other);
            }
            if (plan.mtu() != 0) {
                netlink.setMtu(link.index(), plan.mtu());
            }
            ipv6.prepare(ipv6Settings);
            if (!link.isUp()) {
                netlink.setUp(link.index(), true);
            }
            carrier(now);
        } catch (IOException refused) {
            fail(refused);
        }
    }

    private void fail(IOException refused) {
        phase = Phase.FAILED;
        failure = link.name() + " cannot be used: " + refused.getMessage();
        close();
    }

    private void carrier(long now) throws LinuxException {
        boolean retry = phase == Phase.NO_LINK || (phase == Phase.FAILED && !isStarted);
        if (!link.hasCarrier() || isStarted || !retry) {
            return;
        }
        listener.message(link.name() + ": link is up (" + mac + ")");
        phase = Phase.TRYING;
        isStarted = true;
        since = now;
        ipv4.start(now);
        ipv6.start(now);
    }

    /** Takes what the kernel tells of this link. */
    void event(NetlinkEvent event, long now) {
        try {
            if (event instanceof NetlinkEvent.LinkChanged changed) {
                link = changed.link();
                carrier(now);
            } else if (event instanceof NetlinkEvent.AddressChanged changed) {
                ipv6.addressChanged(changed.address(), now);
            } else if (event instanceof NetlinkEvent.RouterFlags flags) {
                ipv6.routerFlags(flags, now);
            } else if (event instanceof NetlinkEvent.RouterOptions options) {
                ipv6.routerOptions(options);
            }
        } catch (LinuxException refused) {
            fail(refused);
        }
    }

    void addTo(SocketPoll poll) {
        ipv4.addTo(poll);
        ipv6.addTo(poll);
    }

    /** When {@link #run} has something to do though nothing came. */
    long nextAt() {
        if (phase == Phase.NO_LINK) {
            return since + configuration.timeouts().carrier();
        }
        if (phase != Phase.TRYING) {
            return Long.MAX_VALUE;
        }
        return Math.min(since + patience(), Math.min(ipv4.nextAt(), ipv6.nextAt()));
    }

    private long patience() {
        NetworkTimeouts timeouts = configuration.timeouts();
        long first = plan.dhcp4() ? timeouts.dhcp4() : 0;
        long second = plan.ipv6() == Ipv6Mode.OFF ? 0 : timeouts.ipv6();
        return Math.max(Math.max(first, second), timeouts.duplicateCheck());
    }

    /** Takes what came, sends what is due, notices what is over. */
    void run(long now) {
        if (phase == Phase.NO_LINK && now - since >= configuration.timeouts().carrier()) {
            sayNoLink();
            phase = Phase.FAILED;
            failure = link.name() + " has no link";
        }
        if (phase != Phase.TRYING) {
            return;
        }
        try {
            ipv4.run(now);
            ipv6.run(now);
        } catch (LinuxException refused) {
            fail(refused);
            return;
        }
        if (isEnough(now)) {
            phase = Phase.READY;
        } else if (now - since >= patience()) {
            phase = Phase.FAILED;
            failure = tried((now - since) / 1000);
            close();
        }
    }

    /** Whether the boot can go on with what there is: the other address family may come later, or never. */
    private boolean isEnough(long now) {
        InetAddress server = configuration.server();
        if (server instanceof Inet4Address && wantsIpv4) {
            return ipv4.isReady();
        }
        if (server instanceof Inet6Address && ipv6.isWanted()) {
            return ipv6.isReady(now);
        }
        return ipv4.isReady() || ipv6.isReady(now);
    }

    private String tried(long seconds) {
        StringBuilder text = new StringBuilder(link.name()).append(" has link but ");
        if (wantsIpv4 && !ipv4.isReady()) {
            text.append(ipv4.failure()).append(ipv6.isWanted() ? " and " : "");
        }
        if (ipv6.isWanted() || !wantsIpv4) {
            text.append(ipv6.failure());
        }
        text.append(" in ").append(seconds).append(" s");
        InetAddress server = configuration.server();
        if (server instanceof Inet6Address && ipv4.isReady()) {
            text.append(", and its IPv4 address does not lead to ").append(server.getHostAddress());
        }
        return text.toString();
    }

    /** Why it does not work, without a stop at the end. */
    String failure() {
        return failure;
    }

    /** Tells once when there is no cable in it. */
    void sayNoLink() {
        if (!isStarted && !saidNoLink && phase == Phase.NO_LINK) {
            saidNoLink = true;
            listener.message(link.name() + ": no link");
        }
    }

    /** Adds the routes of the command line that are for this link. */
    void addRoutes() {
        for (StaticRoute route : configuration.routes()) {
            if (route.interfaceName().isEmpty() || route.interfaceName().equals(link.name())) {
                try {
                    netlink.addRoute(new Route(
                            link.index(), route.destination(), route.prefixLength(), route.gateway(), null, 0, false));
                } catch (LinuxException refused) {
                    listener.message(link.name() + ": " + refused.getMessage());
                }
            }
        }
    }

    /** What there is now. */
    Connection connection() throws LinuxException {
        List<LinkAddress> usable = new ArrayList<>();
        for (LinkAddress address : netlink.addresses()) {
            boolean far = address.isGlobal() || plan.ipv6() == Ipv6Mode.LINK_LOCAL;
            if (address.linkIndex() == link.index() && far && !address.isTentative() && !address.isDuplicate()) {
                usable.add(address);
            }
        }
        DhcpLease lease = ipv4.lease().orElse(null);
        NameServers names = new NameServers();
        names.add(configuration.nameservers(), List.of());
        names.add(plan.nameservers(), List.of());
        if (configuration.peerDns()) {
            if (lease != null) {
                names.add(lease.nameservers(), lease.searchDomains());
            }
            names.add(ipv6.names().servers(), ipv6.names().domains());
        }
        String told = lease == null ? "" : lease.hostName();
        String file = lease == null || lease.bootFile().isEmpty() ? ipv6.bootFile() : lease.bootFile();
        return new Connection(
                link.index(),
                link.name(),
                mac,
                usable,
                gateway(),
                names.servers(),
                names.domains(),
                plan.hostName().isEmpty() ? told : plan.hostName(),
                file,
                how(lease));
    }

    private String how(@Nullable DhcpLease lease) {
        if (lease != null) {
            return "DHCPv4";
        }
        return ipv4.isReady() ? "static" : ipv6.how();
    }

    private @Nullable InetAddress gateway() throws LinuxException {
        InetAddress gateway = null;
        for (Route route : netlink.routes()) {
            if (route.linkIndex() == link.index() && route.isDefault() && route.gatewayOrNull() != null) {
                if (gateway == null || route.gatewayOrNull() instanceof Inet4Address) {
                    gateway = route.gatewayOrNull();
                }
            }
        }
        return gateway;
    }

    /** Whether it has a link and may yet win. */
    boolean isInTheRace() {
        return phase == Phase.TRYING || phase == Phase.READY;
    }

    /** Takes a link out of the race though it has an address: its network does not lead to the server. */
    void reject(String server) throws LinuxException {
        Connection useless = connection();
        failure = link.name() + " has " + useless.addresses().getFirst() + " but " + server + " does not answer by it";
        listener.message(failure);
        phase = Phase.FAILED;
        giveUp();
    }

    /** Leaves the link as if it had never been tried. */
    void giveUp() {
        close();
        try {
            ipv4.undo();
            netlink.setUp(link.index(), false);
        } catch (IOException refused) {
            listener.message(link.name() + ": " + refused.getMessage());
        }
    }

    /** Stops asking; addresses stay. */
    @Override
    public void close() {
        ipv4.close();
        ipv6.close();
    }
}
