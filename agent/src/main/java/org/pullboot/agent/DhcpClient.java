package org.pullboot.agent;

import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.MacAddress;

/**
 * The client's side of DHCPv4 on one link (RFC 2131 section 4.4): DISCOVER, OFFER, REQUEST, ACK; and with a server
 * that knows RFC 4039, DISCOVER and ACK. It has no socket and no clock: the caller hands in what came and the time,
 * and sends what is due.
 *
 * <p>A lease is not renewed: it serves until the root file system is in memory, and then the image's own network
 * takes over. A root on the network needs renewal as well.
 */
final class DhcpClient {
    private static final int REQUEST_TRIES = 4;
    private static final long PAUSE_AFTER_NAK_MILLIS = 1000;
    private static final int MAXIMUM_SIZE = 1500;
    private static final byte[] PARAMETERS = {
        DhcpOption.SUBNET_MASK,
        DhcpOption.CLASSLESS_ROUTES,
        DhcpOption.ROUTER,
        DhcpOption.DNS_SERVER,
        DhcpOption.HOST_NAME,
        DhcpOption.DOMAIN_NAME,
        DhcpOption.DOMAIN_SEARCH,
        DhcpOption.MTU,
        DhcpOption.LEASE_SECONDS,
        DhcpOption.SERVER_ID,
        DhcpOption.BOOT_FILE,
    };

    private final MacAddress mac;
    private final String hostName;
    private final String vendorClass;
    private final RandomGenerator random;
    private final Retry retry;
    private long began;
    private int transaction;
    private @Nullable DhcpLease offer;
    private @Nullable DhcpLease lease;
    private String refusal = "";

    /**
     * Makes a client.
     *
     * @param hostName what to tell the server as the machine's name, empty for nothing
     * @param vendorClass what to tell the server as the kind of client, empty for nothing
     */
    DhcpClient(MacAddress mac, String hostName, String vendorClass, RandomGenerator random) {
        this.mac = mac;
        this.hostName = hostName;
        this.vendorClass = vendorClass;
        this.random = random;
        this.retry = new Retry(random);
    }

    /** Begins to ask. All times are milliseconds of one clock that never goes back. */
    void start(long now) {
        began = now;
        discover(now);
    }

    private void discover(long at) {
        offer = null;
        transaction = random.nextInt();
        retry.start(at);
    }

    /** When {@link #due} has the next message to send. */
    long nextAt() {
        return lease == null ? retry.next() : Long.MAX_VALUE;
    }

    /** The message to send now, empty when it is not time yet or there is nothing more to ask. */
    Optional<DhcpMessage> due(long now) {
        if (now < nextAt()) {
            return Optional.empty();
        }
        if (offer != null && retry.sent() == REQUEST_TRIES) {
            // The server that offered is silent: whoever answers first may have it.
            discover(now);
        }
        retry.sending(now);
        DhcpLease chosen = offer;
        int seconds = (int) Math.min((now - began) / 1000, 0xffff);
        DhcpMessage message = DhcpMessage.request(
                chosen == null ? DhcpMessage.DISCOVER : DhcpMessage.REQUEST_LEASE, transaction, mac, seconds);
        addCommonOptions(message);
        if (chosen == null) {
            message.put(DhcpOption.RAPID_COMMIT, new byte[0]);
        } else {
            message.put(DhcpOption.REQUESTED_ADDRESS, chosen.address().getAddress());
            message.put(DhcpOption.SERVER_ID, chosen.server().getAddress());
        }
        return Optional.of(message);
    }

    private void addCommonOptions(DhcpMessage message) {
        byte[] clientId = new byte[1 + MacAddress.LENGTH];
        clientId[0] = 1;
        System.arraycopy(mac.bytes(), 0, clientId, 1, MacAddress.LENGTH);
        message.put(DhcpOption.CLIENT_ID, clientId);
        message.put(DhcpOption.MAXIMUM_SIZE, new byte[] {MAXIMUM_SIZE >>> 8, (byte) MAXIMUM_SIZE});
        message.put(DhcpOption.PARAMETER_LIST, PARAMETERS.clone());
        putText(message, DhcpOption.HOST_NAME, hostName);
        putText(message, DhcpOption.VENDOR_CLASS, vendorClass);
    }

    private static void putText(DhcpMessage message, int code, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > 0 && bytes.length <= 255) {
            message.put(code, bytes);
        }
    }

    /**
     * Takes a message that came in; one that is no answer to this client's question is looked over.
     *
     * @param sender whose packet it was
     * @throws DhcpException when it is an answer that makes no sense; it is as if it had not come
     */
    void received(DhcpMessage message, Inet4Address sender, long now) throws DhcpException {
        if (lease != null
                || retry.sent() == 0
                || message.operation() != DhcpMessage.REPLY
                || message.transaction() != transaction
                || !message.client().equals(mac)) {
            return;
        }
        DhcpLease chosen = offer;
        switch (message.type()) {
            case DhcpMessage.OFFER -> {
                if (chosen == null) {
                    offer = DhcpLease.of(message, sender);
                    retry.start(now);
                }
            }
            case DhcpMessage.ACK -> {
                boolean rapid = chosen == null && message.has(DhcpOption.RAPID_COMMIT);
                if (rapid || (chosen != null && isFrom(chosen.server(), message, sender))) {
                    lease = DhcpLease.of(message, sender);
                }
            }
            case DhcpMessage.NAK -> {
                if (chosen != null && isFrom(chosen.server(), message, sender)) {
                    String words = message.text(DhcpOption.MESSAGE);
                    refusal = sender.getHostAddress() + " refused "
                            + chosen.address().getHostAddress() + (words.isEmpty() ? "" : " (" + words + ")");
                    discover(now + PAUSE_AFTER_NAK_MILLIS);
                }
            }
            default -> {
                // Nothing else is an answer to a client.
            }
        }
    }

    private static boolean isFrom(Inet4Address server, DhcpMessage message, Inet4Address sender) throws DhcpException {
        return message.address(DhcpOption.SERVER_ID).orElse(sender).equals(server);
    }

    /** What the server gave, once it did. */
    Optional<DhcpLease> lease() {
        return Optional.ofNullable(lease);
    }

    /** Who refused what last, for the message when there is no lease in the end; empty when nobody did. */
    String refusal() {
        return refusal;
    }
}
