package org.pullboot.agent;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Link;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.MacAddress;
import org.pullboot.linux.Netlink;
import org.pullboot.linux.PacketSocket;
import org.pullboot.linux.Route;
import org.pullboot.linux.SocketPoll;

/** One link's way to an IPv4 address: those of the command line at once, or a lease. */
final class Ipv4Attempt implements AutoCloseable {
    /** What systemd-networkd gives DHCP routes; a link's number is added, as two links may have default routes. */
    private static final int METRIC = 1024;

    private final Netlink netlink;
    private final Link link;
    private final LinkPlan plan;
    private final NetworkListener listener;
    private final DhcpClient client;
    private @Nullable PacketSocket socket;
    private @Nullable DhcpLease lease;
    private boolean isReady;

    Ipv4Attempt(
            Netlink netlink,
            Link link,
            MacAddress mac,
            LinkPlan plan,
            String vendorClass,
            NetworkListener listener,
            RandomGenerator random) {
        this.netlink = netlink;
        this.link = link;
        this.plan = plan;
        this.listener = listener;
        this.client = new DhcpClient(mac, plan.hostName(), vendorClass, random);
    }

    /** Whether anything of IPv4 is wanted. */
    boolean isWanted() {
        if (plan.dhcp4()) {
            return true;
        }
        for (StaticAddress address : plan.addresses()) {
            if (address.address() instanceof Inet4Address) {
                return true;
            }
        }
        return false;
    }

    /** Begins, now that there is a link. */
    void start(long now) throws LinuxException {
        for (StaticAddress address : plan.addresses()) {
            if (address.address() instanceof Inet4Address) {
                netlink.addAddress(link.index(), address.address(), address.prefixLength(), address.peer());
                addGateway(netlink, link.index(), address);
                isReady = true;
            }
        }
        if (plan.dhcp4() && socket == null) {
            socket = PacketSocket.open(link.index(), DhcpMessage.CLIENT_PORT);
            client.start(now);
        }
    }

    /** The default route of an address from the command line. */
    static void addGateway(Netlink netlink, int linkIndex, StaticAddress address) throws LinuxException {
        InetAddress gateway = address.gateway();
        if (gateway != null) {
            boolean near = gateway.isLinkLocalAddress()
                    || gateway.equals(address.peer())
                    || IpAddress.isInNetwork(gateway, address.address(), address.prefixLength());
            InetAddress all = IpAddress.of(new byte[gateway.getAddress().length]);
            netlink.addRoute(new Route(linkIndex, all, 0, gateway, null, METRIC + linkIndex, !near));
        }
    }

    void addTo(SocketPoll poll) {
        if (socket != null) {
            poll.add(socket);
        }
    }

    /** When {@link #run} has something to do though nothing came. */
    long nextAt() {
        return socket == null ? Long.MAX_VALUE : client.nextAt();
    }

    /** Takes what came and sends what is due. */
    void run(long now) throws LinuxException {
        PacketSocket open = socket;
        if (open == null) {
            return;
        }
        receive(open, now);
        DhcpLease given = client.lease().orElse(null);
        if (given != null) {
            close();
            apply(given);
            return;
        }
        DhcpMessage message = client.due(now).orElse(null);
        if (message != null) {
            send(open, message);
        }
    }

    private void receive(PacketSocket open, long now) throws LinuxException {
        try {
            for (Optional<ByteBuffer> packet = open.poll(); packet.isPresent(); packet = open.poll()) {
                take(packet.get(), now);
            }
        } catch (LinuxException refused) {
            // The socket tells once when its link goes down, and works again when it comes back.
            if (!Transient.isTransient(refused)) {
                throw refused;
            }
        }
    }

    private static void send(PacketSocket open, DhcpMessage message) throws LinuxException {
        byte[] bytes = message.encode();
        try {
            open.broadcast(UdpPacket.broadcast(DhcpMessage.CLIENT_PORT, DhcpMessage.SERVER_PORT, bytes));
        } catch (LinuxException refused) {
            // A cable pulled out or a full queue: the next try may do, and the time-out tells of it otherwise.
            if (!Transient.isTransient(refused)) {
                throw refused;
            }
        }
    }

    private void take(ByteBuffer packet, long now) {
        UdpPacket.Content content =
                UdpPacket.decode(packet, DhcpMessage.CLIENT_PORT).orElse(null);
        if (content == null) {
            return;
        }
        try {
            client.received(DhcpMessage.parse(content.payload()), content.source(), now);
        } catch (DhcpException broken) {
            listener.message(link.name() + ": dropped a DHCP message from "
                    + content.source().getHostAddress() + ": " + broken.getMessage());
        }
    }

    private void apply(DhcpLease given) throws LinuxException {
        for (String problem : given.problems()) {
            listener.message(link.name() + ": looked over in the DHCP answer: " + problem);
        }
        lease = given;
        if (plan.mtu() == 0 && given.mtu() != 0 && given.mtu() != link.mtu()) {
            try {
                netlink.setMtu(link.index(), given.mtu());
            } catch (LinuxException refused) {
                listener.message(link.name() + ": " + refused.getMessage());
            }
        }
        netlink.addAddress(link.index(), given.address(), given.prefixLength(), null);
        isReady = true;
        for (DhcpLease.ClasslessRoute route : given.routes()) {
            addRoute(given, route);
        }
    }

    private void addRoute(DhcpLease given, DhcpLease.ClasslessRoute route) {
        InetAddress gateway = route.gateway();
        // A gateway outside the network is how clouds hand out /32 addresses: it is on the link all the same.
        boolean near = gateway == null || IpAddress.isInNetwork(gateway, given.address(), given.prefixLength());
        try {
            netlink.addRoute(new Route(
                    link.index(),
                    route.destination(),
                    route.prefixLength(),
                    gateway,
                    given.address(),
                    METRIC + link.index(),
                    !near));
        } catch (LinuxException refused) {
            listener.message(link.name() + ": " + refused.getMessage());
        }
    }

    boolean isReady() {
        return isReady;
    }

    Optional<DhcpLease> lease() {
        return Optional.ofNullable(lease);
    }

    /** Why there is no address so far: {@code no DHCP answer}. */
    String failure() {
        return client.refusal().isEmpty() ? "no DHCP answer" : "no DHCP lease because " + client.refusal();
    }

    /** Takes back what the link was given: setting it down would not. */
    void undo() throws LinuxException {
        DhcpLease given = lease;
        if (given != null) {
            netlink.removeAddress(link.index(), given.address(), given.prefixLength());
        }
        for (StaticAddress address : plan.addresses()) {
            if (isReady && address.address() instanceof Inet4Address) {
                netlink.removeAddress(link.index(), address.address(), address.prefixLength());
            }
        }
        isReady = false;
        lease = null;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
