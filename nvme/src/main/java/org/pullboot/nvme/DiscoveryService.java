package org.pullboot.nvme;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says which subsystems a host may connect to, and where. Safe for use from several threads.
 *
 * <p>Each change has a number, so that hosts that read a log in pieces notice that it became another in between.
 */
final class DiscoveryService {
    /** The name by which hosts connect to the discovery service of any target. */
    static final String NQN = "nqn.2014-08.org.nvmexpress.discovery";

    /** How it describes itself. */
    static final SubsystemIdentity IDENTITY = new SubsystemIdentity("1", "Pullboot discovery", "1");

    private final Exports exports;
    private final InetSocketAddress target;
    private final boolean secure;
    private final AtomicLong generation = new AtomicLong(1);

    /**
     * The service of one target.
     *
     * @param target where its subsystems are; with any local address, hosts are told the one that they found it at
     * @param secure whether connections to subsystems must be TLS
     */
    DiscoveryService(Exports exports, InetSocketAddress target, boolean secure) {
        this.exports = exports;
        this.target = target;
        this.secure = secure;
    }

    /** Grows with each change, of whatever host's. */
    long generation() {
        return generation.get();
    }

    /** What {@link Exports#visibleTo} answers is another now. */
    void changed() {
        generation.incrementAndGet();
    }

    /** The subsystems that a host may have now. */
    List<String> visibleTo(Host host) {
        return List.copyOf(exports.visibleTo(host));
    }

    /** Where a host that reached the service at this address reaches the subsystems. */
    InetSocketAddress targetSeenFrom(InetSocketAddress local) {
        InetAddress address = target.getAddress();
        return address == null || address.isAnyLocalAddress()
                ? new InetSocketAddress(local.getAddress(), target.getPort())
                : target;
    }

    boolean secure() {
        return secure;
    }
}
