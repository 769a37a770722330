package org.pullboot.agent;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.MacAddress;

/**
 * The client's side of DHCPv6 on one link (RFC 8415 section 18.2): SOLICIT, ADVERTISE, REQUEST, REPLY, or SOLICIT and
 * REPLY with a server that commits rapidly; or INFORMATION-REQUEST and REPLY when only DNS servers are wanted. It has
 * no socket and no clock, and does not renew: see {@link DhcpClient}.
 */
final class Dhcp6Client {
    private static final int REQUEST_TRIES = 4;
    private static final byte[] WANTED = {
        0, Dhcp6Message.DNS_SERVERS, 0, Dhcp6Message.DOMAIN_LIST, 0, Dhcp6Message.BOOT_FILE_URL
    };

    private final boolean stateful;
    private final byte[] clientId;
    private final int association;
    private final RandomGenerator random;
    private final Retry retry;
    private long began;
    private int transaction;
    private byte @Nullable [] chosenServer;
    private byte @Nullable [] offered;
    private @Nullable Dhcp6Lease lease;
    private String refusal = "";

    /**
     * Makes a client.
     *
     * @param stateful whether it wants an address; otherwise it wants information only
     */
    Dhcp6Client(MacAddress mac, boolean stateful, RandomGenerator random) {
        this.stateful = stateful;
        this.random = random;
        this.retry = new Retry(random);
        // DUID-LL of an Ethernet card (section 11.4): the same at each boot, and for the image if it likes.
        clientId = new byte[4 + MacAddress.LENGTH];
        clientId[1] = 3;
        clientId[3] = 1;
        System.arraycopy(mac.bytes(), 0, clientId, 4, MacAddress.LENGTH);
        association = (int) mac.value();
    }

    /** Begins to ask. All times are milliseconds of one clock that never goes back. */
    void start(long now) {
        began = now;
        solicit(now);
    }

    private void solicit(long at) {
        chosenServer = null;
        offered = null;
        transaction = random.nextInt() & 0xff_ffff;
        retry.start(at);
    }

    /** When {@link #due} has the next message to send. */
    long nextAt() {
        return lease == null ? retry.next() : Long.MAX_VALUE;
    }

    /** Whether it asks for an address. */
    boolean isStateful() {
        return stateful;
    }

    /** The message to send now, empty when it is not time yet or there is nothing more to ask. */
    Optional<Dhcp6Message> due(long now) {
        if (now < nextAt()) {
            return Optional.empty();
        }
        if (chosenServer != null && retry.sent() == REQUEST_TRIES) {
            solicit(now);
        }
        retry.sending(now);
        return Optional.of(message(now));
    }

    private Dhcp6Message message(long now) {
        byte[] server = chosenServer;
        byte[] wish = offered;
        int type = !stateful
                ? Dhcp6Message.INFORMATION_REQUEST
                : server == null ? Dhcp6Message.SOLICIT : Dhcp6Message.REQUEST;
        Dhcp6Message message = new Dhcp6Message(type, transaction).add(Dhcp6Message.CLIENT_ID, clientId);
        if (server != null) {
            message.add(Dhcp6Message.SERVER_ID, server);
        }
        if (stateful) {
            message.add(Dhcp6Message.IA_NA, wish == null ? emptyAssociation() : wish);
        }
        if (type == Dhcp6Message.SOLICIT) {
            message.add(Dhcp6Message.RAPID_COMMIT, new byte[0]);
        }
        int hundredths = (int) Math.min((now - began) / 10, 0xffff);
        message.add(Dhcp6Message.ELAPSED_TIME, new byte[] {(byte) (hundredths >>> 8), (byte) hundredths});
        return message.add(Dhcp6Message.OPTION_REQUEST, WANTED.clone());
    }

    private byte[] emptyAssociation() {
        byte[] value = new byte[12];
        for (int i = 0; i < 4; i++) {
            value[i] = (byte) (association >>> (24 - 8 * i));
        }
        return value;
    }

    /**
     * Takes a message that came in; one that is no answer to this client's question is looked over.
     *
     * @throws DhcpException when it is an answer that makes no sense; it is as if it had not come
     */
    void received(Dhcp6Message message, long now) throws DhcpException {
        byte[] server = message.value(Dhcp6Message.SERVER_ID).orElse(null);
        byte[] client = message.value(Dhcp6Message.CLIENT_ID).orElse(null);
        boolean forUs = client == null ? !stateful : Arrays.equals(client, clientId);
        if (lease != null || retry.sent() == 0 || message.transaction() != transaction || server == null || !forUs) {
            return;
        }
        if (message.type() == Dhcp6Message.REPLY) {
            reply(message, server, now);
        } else if (message.type() == Dhcp6Message.ADVERTISE && stateful && chosenServer == null) {
            if (answer(message) != null) {
                chosenServer = server;
                offered = message.value(Dhcp6Message.IA_NA).orElse(null);
                retry.start(now);
            }
        }
    }

    private void reply(Dhcp6Message message, byte[] server, long now) throws DhcpException {
        byte[] chosen = chosenServer;
        if (!stateful) {
            lease = Dhcp6Lease.of(message, null);
        } else if (chosen == null) {
            if (message.value(Dhcp6Message.RAPID_COMMIT).isPresent()) {
                lease = answer(message);
            }
        } else if (Arrays.equals(chosen, server)) {
            lease = answer(message);
            if (lease == null) {
                solicit(now + 1000);
            }
        }
    }

    /** The lease in an answer, or null when the server has none, which is remembered as its refusal. */
    private @Nullable Dhcp6Lease answer(Dhcp6Message message) {
        try {
            return Dhcp6Lease.of(message, association);
        } catch (DhcpException none) {
            refusal = "the DHCPv6 server said: " + none.getMessage();
            return null;
        }
    }

    /** What the server gave, once it did. */
    Optional<Dhcp6Lease> lease() {
        return Optional.ofNullable(lease);
    }

    /** What a server refused last; empty when none did. */
    String refusal() {
        return refusal;
    }
}
