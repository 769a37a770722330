package org.pullboot.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Link;
import org.pullboot.linux.LinkAddress;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.MacAddress;
import org.pullboot.linux.Netlink;
import org.pullboot.linux.NetlinkEvent;
import org.pullboot.linux.NetlinkEvents;
import org.pullboot.linux.SocketPoll;

/**
 * Brings the network up: all cards that the command line means at once, and the first one that works wins. One thread
 * does it all: it waits for the kernel's events and the sockets of all links together.
 *
 * <p>An agent calls {@link #setLoopbackUp} before anything else of the network, and before it touches any class of
 * {@code java.net}: without an IPv6 address on some link the JVM has no IPv6 for as long as it runs.
 */
final class Network {
    private static final long LONGEST_WAIT_MILLIS = 60_000;

    /** Long enough for a second try when the first packet gets lost. */
    private static final int REACH_MILLIS = 3_000;

    private final Path resolverFile;
    private final Path ipv6Settings;
    private final NetworkListener listener;

    /**
     * A network of which nothing is up yet.
     *
     * @param resolverFile where the C library reads its name servers: /etc/resolv.conf
     * @param ipv6Settings /proc/sys/net/ipv6/conf
     */
    Network(Path resolverFile, Path ipv6Settings, NetworkListener listener) {
        this.resolverFile = resolverFile;
        this.ipv6Settings = ipv6Settings;
        this.listener = listener;
    }

    /** Gives the machine 127.0.0.1 and ::1. */
    static void setLoopbackUp() throws LinuxException {
        try (Netlink netlink = Netlink.open()) {
            netlink.setLoopbackUp();
        }
    }

    /**
     * Brings up what the command line wants, and returns as soon as one address family of one card works. Cards that
     * the command line names are waited for until each works or is known not to; of all others the first one wins, and
     * the rest are set down again.
     *
     * @throws NetworkException when none works; the message tells for each card why not
     */
    Connection bringUp(NetworkConfiguration configuration) throws NetworkException {
        for (String warning : configuration.warnings()) {
            listener.message(warning);
        }
        if (configuration.isOff()) {
            throw new NetworkException("no network: ip=off on the kernel command line forbids it");
        }
        try (Netlink netlink = Netlink.open();
                NetlinkEvents events = NetlinkEvents.open()) {
            netlink.setLoopbackUp();
            Race race = new Race(configuration, netlink, events);
            try {
                Connection connection = race.run();
                NameServers.write(connection, resolverFile);
                listener.message(connection.describe());
                return connection;
            } finally {
                race.stop();
            }
        } catch (IOException refused) {
            throw new NetworkException("no network: " + refused.getMessage(), refused);
        }
    }

    /** Takes all addresses and routes from the connection's link and sets it down, for an image that starts afresh. */
    static void release(Connection connection) throws LinuxException {
        try (Netlink netlink = Netlink.open()) {
            for (LinkAddress address : netlink.addresses()) {
                if (address.linkIndex() == connection.linkIndex()) {
                    netlink.removeAddress(address.linkIndex(), address.address(), address.prefixLength());
                }
            }
            netlink.setUp(connection.linkIndex(), false);
        }
    }

    /**
     * The link that packets to an address leave by: the one that reached the server.
     *
     * @throws LinuxException when no route leads there
     */
    static Link linkTo(InetAddress server) throws LinuxException {
        try (Netlink netlink = Netlink.open()) {
            int index = netlink.routeTo(server).linkIndex();
            for (Link link : netlink.links()) {
                if (link.index() == index) {
                    return link;
                }
            }
            throw new IllegalStateException("a route leads to link " + index + ", which is not there");
        }
    }

    private static boolean answers(InetAddress server, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server, port), REACH_MILLIS);
            return true;
        } catch (ConnectException refused) {
            // Who refuses is there: its server may be starting. Other causes come as this exception too.
            String message = refused.getMessage();
            return message != null && message.contains("refused");
        } catch (IOException silent) {
            return false;
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    /** The links that try, side by side. */
    private final class Race {
        private final NetworkConfiguration configuration;
        private final Netlink netlink;
        private final NetlinkEvents events;
        private final SocketPoll poll = new SocketPoll();
        private final List<LinkAttempt> attempts = new ArrayList<>();
        private final List<LinkPlan.KnownLink> cards = new ArrayList<>();
        private final List<Integer> seen = new ArrayList<>();
        private final Random random = new Random();
        private final long cardsUntil;

        Race(NetworkConfiguration configuration, Netlink netlink, NetlinkEvents events) {
            this.configuration = configuration;
            this.netlink = netlink;
            this.events = events;
            this.cardsUntil = now() + configuration.timeouts().card();
        }

        Connection run() throws LinuxException, NetworkException {
            readAll();
            for (; ; ) {
                long now = now();
                runAll(now);
                LinkAttempt winner = winner(now);
                if (winner != null) {
                    winner = reaching(winner);
                    if (winner != null) {
                        return finish(winner);
                    }
                    continue;
                }
                if (isOver(now)) {
                    throw new NetworkException("no network: " + reasons());
                }
                await(now);
                take(events.poll());
            }
        }

        private void runAll(long now) {
            for (LinkAttempt attempt : attempts) {
                attempt.run(now);
                // Another one's routes would only be in the way of trying whether this one reaches the server.
                if (attempt.isReady() && !attempt.isNamed()) {
                    return;
                }
            }
        }

        private void await(long now) throws LinuxException {
            poll.clear();
            poll.add(events);
            long next = now < cardsUntil && !isComplete() ? cardsUntil : now + LONGEST_WAIT_MILLIS;
            for (LinkAttempt attempt : attempts) {
                attempt.addTo(poll);
                next = Math.min(next, attempt.nextAt());
            }
            poll.await(Math.min(next - now, LONGEST_WAIT_MILLIS));
        }

        /** Everything as it is now, as if it had just been told. */
        private void readAll() throws LinuxException {
            for (Link link : netlink.links()) {
                linkChanged(link);
            }
            for (LinkAddress address : netlink.addresses()) {
                tell(address.linkIndex(), new NetlinkEvent.AddressChanged(address));
            }
            for (NetlinkEvent.RouterFlags flags : netlink.routerFlags()) {
                tell(flags.linkIndex(), flags);
            }
        }

        private void take(List<NetlinkEvent> news) throws LinuxException {
            for (NetlinkEvent event : news) {
                if (event instanceof NetlinkEvent.LinkChanged changed) {
                    linkChanged(changed.link());
                } else if (event instanceof NetlinkEvent.AddressChanged changed) {
                    tell(changed.address().linkIndex(), changed);
                } else if (event instanceof NetlinkEvent.RouterFlags flags) {
                    tell(flags.linkIndex(), flags);
                } else if (event instanceof NetlinkEvent.RouterOptions options) {
                    tell(options.linkIndex(), options);
                } else if (event instanceof NetlinkEvent.LinkRemoved removed) {
                    removed(removed.linkIndex());
                } else if (event instanceof NetlinkEvent.EventsLost) {
                    readAll();
                }
            }
        }

        private @Nullable LinkAttempt attemptOf(int linkIndex) {
            for (LinkAttempt attempt : attempts) {
                if (attempt.linkIndex() == linkIndex) {
                    return attempt;
                }
            }
            return null;
        }

        private void tell(int linkIndex, NetlinkEvent event) {
            LinkAttempt attempt = attemptOf(linkIndex);
            if (attempt != null) {
                attempt.event(event, now());
            }
        }

        private void removed(int linkIndex) {
            LinkAttempt attempt = attemptOf(linkIndex);
            if (attempt != null) {
                attempt.close();
                attempts.remove(attempt);
                listener.message(attempt.linkName() + ": the card is gone");
            }
        }

        private void linkChanged(Link link) throws LinuxException {
            if (attemptOf(link.index()) != null) {
                tell(link.index(), new NetlinkEvent.LinkChanged(link));
                return;
            }
            MacAddress mac = link.macOrNull();
            if (mac == null || !isCard(link) || seen.contains(link.index())) {
                return;
            }
            seen.add(link.index());
            Link named = withName(link, mac);
            cards.add(new LinkPlan.KnownLink(named.name(), mac));
            LinkPlan plan = LinkPlan.of(configuration, named.name(), mac).orElse(null);
            if (plan != null) {
                MacAddress own = plan.mac() == null ? mac : plan.mac();
                LinkAttempt attempt = new LinkAttempt(netlink, named, own, plan, configuration, listener, random);
                attempts.add(attempt);
                attempt.begin(ipv6Settings, now());
            }
        }

        /** What has no kind is hardware, or looks like it to the machine; a veth is a container's card. */
        private static boolean isCard(Link link) {
            String kind = link.kindOrNull();
            return link.isEthernet() && !link.isSlave() && (kind == null || kind.equals("veth"));
        }

        private Link withName(Link link, MacAddress mac) throws LinuxException {
            for (LinkName wanted : configuration.names()) {
                if (wanted.mac().equals(mac) && !wanted.name().equals(link.name())) {
                    netlink.setUp(link.index(), false);
                    netlink.rename(link.index(), wanted.name());
                    return new Link(
                            link.index(),
                            wanted.name(),
                            link.hardwareType(),
                            mac,
                            link.flags() & ~1,
                            link.operState(),
                            link.mtu(),
                            link.kindOrNull());
                }
            }
            return link;
        }

        /** Whether every card that the command line means is there, and at least one. */
        private boolean isComplete() {
            for (IpOption option : configuration.options()) {
                if (LinkPlan.isMissing(option, configuration, cards)) {
                    return false;
                }
            }
            return !attempts.isEmpty();
        }

        private @Nullable LinkAttempt winner(long now) {
            LinkAttempt first = null;
            for (LinkAttempt attempt : attempts) {
                if (attempt.isNamed() && !attempt.isReady() && !attempt.isFailed()) {
                    return null;
                }
                if (attempt.isReady() && (first == null || (attempt.isNamed() && !first.isNamed()))) {
                    first = attempt;
                }
            }
            // With a card named that is not there yet, there may be a better one.
            return first == null || isSettled(now) ? first : null;
        }

        /** Of several cards with a link, the one by which the server answers; null when it does not by this one. */
        private @Nullable LinkAttempt reaching(LinkAttempt winner) throws LinuxException {
            InetAddress server = configuration.server();
            boolean hasRival = false;
            for (LinkAttempt attempt : attempts) {
                hasRival |= attempt != winner && attempt.isInTheRace();
            }
            if (server == null || configuration.serverPort() == 0 || winner.isNamed() || !hasRival) {
                return winner;
            }
            if (!answers(server, configuration.serverPort())) {
                winner.reject(server.getHostAddress() + " port " + configuration.serverPort());
                return null;
            }
            // Routers may have given another card a better way there meanwhile.
            LinkAttempt used = attemptOf(netlink.routeTo(server).linkIndex());
            return used != null && used.isReady() ? used : winner;
        }

        private boolean isSettled(long now) {
            if (now >= cardsUntil) {
                return true;
            }
            for (IpOption option : configuration.options()) {
                if (!option.interfaceName().isEmpty() && LinkPlan.isMissing(option, configuration, cards)) {
                    return false;
                }
            }
            return true;
        }

        private boolean isOver(long now) {
            for (LinkAttempt attempt : attempts) {
                if (!attempt.isFailed()) {
                    return false;
                }
            }
            return now >= cardsUntil || isComplete();
        }

        private Connection finish(LinkAttempt winner) throws LinuxException {
            winner.addRoutes();
            for (LinkAttempt other : attempts) {
                if (other != winner) {
                    other.sayNoLink();
                    if (!other.isReady() || !other.isNamed()) {
                        other.giveUp();
                    }
                }
            }
            return winner.connection();
        }

        private String reasons() {
            StringBuilder text = new StringBuilder();
            for (LinkAttempt attempt : attempts) {
                text.append(text.isEmpty() ? "" : "; ").append(attempt.failure());
            }
            for (IpOption option : configuration.options()) {
                if (LinkPlan.isMissing(option, configuration, cards)) {
                    String name = option.interfaceName();
                    boolean byBootMac = name.isEmpty() || name.equals(IpOption.BOOT_INTERFACE);
                    text.append(text.isEmpty() ? "" : "; ")
                            .append(byBootMac ? "the card of BOOTIF=" + configuration.bootMac() : name)
                            .append(" is not there");
                }
            }
            if (attempts.isEmpty()) {
                text.append(text.isEmpty() ? "" : "; ").append(cardList());
            }
            return text.toString();
        }

        private String cardList() {
            if (cards.isEmpty()) {
                return "this machine has no network card that the initrd has a driver for";
            }
            StringBuilder text = new StringBuilder("this machine has ");
            for (int i = 0; i < cards.size(); i++) {
                text.append(i == 0 ? "" : ", ").append(cards.get(i).name());
                text.append(" (").append(cards.get(i).mac()).append(')');
            }
            return text.toString();
        }

        void stop() {
            for (LinkAttempt attempt : attempts) {
                attempt.close();
            }
        }
    }
}
