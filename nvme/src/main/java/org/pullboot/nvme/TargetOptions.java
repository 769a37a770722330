package org.pullboot.nvme;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where a target listens, and how much it gives away.
 *
 * @param listen where hosts connect, for discovery too; port 0 takes any free one
 * @param discovery where the discovery service listens beside that; empty for nowhere
 * @param eventLoops threads that move data, at least 1
 * @param workers threads that wait for disks, at least 1
 * @param queuesPerHost I/O queues that one controller is granted, at least 1
 * @param connections connections at one time, at least 1; of which a quarter may be half open
 * @param connectionsPerAddress connections of one address at one time, at least 1; of which a quarter may be half open,
 *     and half of which may be admin queues
 * @param bufferBytes memory for data on its way, of all connections together; in bytes
 * @param tls whether hosts connect by TLS, with the secrets of {@link Exports#tlsSecret}
 */
public record TargetOptions(
        InetSocketAddress listen,
        Optional<InetSocketAddress> discovery,
        int eventLoops,
        int workers,
        int queuesPerHost,
        int connections,
        int connectionsPerAddress,
        long bufferBytes,
        TlsMode tls) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when one is left
     */
    public TargetOptions {
        if (Math.min(Math.min(eventLoops, workers), queuesPerHost) < 1) {
            throw new IllegalArgumentException(
                    "a target has at least 1 event loop, 1 worker and 1 queue for a host, not " + eventLoops + ", "
                            + workers + " and " + queuesPerHost);
        }
        if (Math.min(connections, connectionsPerAddress) < 1 || bufferBytes < 1) {
            throw new IllegalArgumentException("a target has at least 1 connection and memory for its data, not "
                    + connections + ", " + connectionsPerAddress + " for each address and " + bufferBytes + " bytes");
        }
    }

    /** The same, without TLS. */
    public TargetOptions(
            InetSocketAddress listen,
            Optional<InetSocketAddress> discovery,
            int eventLoops,
            int workers,
            int queuesPerHost,
            int connections,
            int connectionsPerAddress,
            long bufferBytes) {
        this(
                listen,
                discovery,
                eventLoops,
                workers,
                queuesPerHost,
                connections,
                connectionsPerAddress,
                bufferBytes,
                TlsMode.OFF);
    }

    /** The port of NVMe/TCP. */
    public static final int DEFAULT_PORT = 4420;

    /** The port of NVMe/TCP's discovery service. */
    public static final int DISCOVERY_PORT = 8009;

    /** Both services on every address, sized for this machine. */
    public static TargetOptions defaults() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new TargetOptions(
                new InetSocketAddress(DEFAULT_PORT),
                Optional.of(new InetSocketAddress(DISCOVERY_PORT)),
                Math.max(1, processors / 2),
                Math.max(4, processors),
                4,
                8192,
                1024,
                256L << 20);
    }

    /** The same, listening there, and for discovery nowhere else. */
    public TargetOptions listeningOn(InetSocketAddress address) {
        return with(address, Optional.empty(), tls);
    }

    /** The same, with the discovery service there too. */
    public TargetOptions withDiscovery(InetSocketAddress address) {
        return with(listen, Optional.of(address), tls);
    }

    /** The same, with or without TLS. */
    public TargetOptions withTls(TlsMode mode) {
        return with(listen, discovery, mode);
    }

    private TargetOptions with(InetSocketAddress at, Optional<InetSocketAddress> discoveredAt, TlsMode mode) {
        return new TargetOptions(
                at,
                discoveredAt,
                eventLoops,
                workers,
                queuesPerHost,
                connections,
                connectionsPerAddress,
                bufferBytes,
                mode);
    }

    List<InetSocketAddress> addresses() {
        return discovery.map(also -> List.of(listen, also)).orElse(List.of(listen));
    }
}
