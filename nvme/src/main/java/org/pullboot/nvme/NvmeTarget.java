package org.pullboot.nvme;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A running NVMe/TCP target. Safe for use from several threads. */
public final class NvmeTarget implements AutoCloseable {
    private static final Logger LOG = System.getLogger(NvmeTarget.class.getName());

    private final BufferPool pool;
    private final Workers workers;
    private final LoopWatch watch = new LoopWatch();
    private final FlushGroups flushes;
    private final Admission admission;
    private final TlsHandshakes handshakes;
    private final DiscoveryService discovery;
    private final Associations associations;
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final List<EventLoop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    private NvmeTarget(TargetOptions options, Exports exports, Timeouts timeouts) throws IOException {
        pool = new BufferPool(options.bufferBytes());
        admission = new Admission(options.connections(), options.connectionsPerAddress());
        handshakes = new TlsHandshakes(exports, options.tls(), timeouts.initialisation(), new SecureRandom());
        for (InetSocketAddress address : options.addresses()) {
            listen(address);
        }
        discovery = new DiscoveryService(exports, address(), options.tls() == TlsMode.REQUIRED);
        ControllerLimits limits = ControllerLimits.defaults().withQueues(options.queuesPerHost());
        associations = new Associations(
                exports, options.tls(), discovery, limits, timeouts, Math.max(1, options.connectionsPerAddress() / 2));
        workers = new Workers(options.workers());
        flushes = new FlushGroups(workers);
        for (int i = 0; i < options.eventLoops(); i++) {
            loops.add(new EventLoop("nvme-loop-" + i, pool, timeouts, watch));
        }
    }

    private void listen(InetSocketAddress address) throws IOException {
        try {
            acceptors.add(new Acceptor(address, this));
        } catch (IOException e) {
            for (Acceptor acceptor : acceptors) {
                acceptor.close();
            }
            throw e;
        }
    }

    /**
     * Starts to listen.
     *
     * @throws IOException when it cannot, for one because another program has the port
     */
    public static NvmeTarget start(TargetOptions options, Exports exports) throws IOException {
        return start(options, exports, Timeouts.defaults());
    }

    /** The same for hosts that may take more or less time. */
    static NvmeTarget start(TargetOptions options, Exports exports, Timeouts timeouts) throws IOException {
        NvmeTarget target = new NvmeTarget(options, exports, timeouts);
        target.acceptors.forEach(Acceptor::start);
        return target;
    }

    /** Where hosts connect, with the port that was really taken. */
    public InetSocketAddress address() {
        return acceptors.getFirst().address();
    }

    /** The namespaces of a host are others now, or have another size: asks its exports again and tells the host. */
    public void namespacesChanged(String hostNqn) {
        for (Association association : associations.all()) {
            if (association.path().host().nqn().equals(hostNqn)) {
                association.changed(Controller::namespacesChanged);
            }
        }
    }

    /** What {@link Exports#visibleTo} answers is another now: tells the hosts that asked to be told. */
    public void subsystemsChanged() {
        discovery.changed();
        for (Association association : associations.all()) {
            association.changed(Controller::subsystemsChanged);
        }
    }

    BufferPool pool() {
        return pool;
    }

    Workers workers() {
        return workers;
    }

    FlushGroups flushes() {
        return flushes;
    }

    Admission admission() {
        return admission;
    }

    TlsHandshakes handshakes() {
        return handshakes;
    }

    Associations associations() {
        return associations;
    }

    /** The loop for the next connection. */
    EventLoop nextLoop() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    /** Ends every association, waits for what is under way, and stops to listen. */
    @Override
    public void close() {
        for (Acceptor acceptor : acceptors) {
            try {
                acceptor.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "a listener did not close", e);
            }
        }
        associations.close();
        loops.forEach(EventLoop::close);
        watch.close();
        workers.close();
    }
}
