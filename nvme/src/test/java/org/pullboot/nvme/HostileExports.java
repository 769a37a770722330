package org.pullboot.nvme;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** One subsystem whose namespaces a test chooses for each host. Safe for use from several threads. */
final class HostileExports implements Exports {
    static final String SUBSYSTEM = "nqn.2026-11.dev.pullboot:hostile";
    static final String NOT_ALLOWED = "nqn.2026-11.dev.pullboot:stranger";
    static final String NOT_NOW = "nqn.2026-11.dev.pullboot:early";

    private static final SubsystemIdentity IDENTITY = new SubsystemIdentity("HOSTILE1", "Pullboot", "1");

    private final List<Namespace> usual;
    private final Map<String, List<Namespace>> chosen = new ConcurrentHashMap<>();
    private final Map<String, AuthenticationKeys> keys = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
    private final Map<String, TlsPskSecret> secrets = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    HostileExports(List<Namespace> usual) {
        this.usual = List.copyOf(usual);
    }

    static Namespace namespace(int id, MemoryDevice device) {
        return new Namespace(id, new UUID(0x5eedL, id), device);
    }

    /** From now on that host has these. */
    void choose(String hostNqn, List<Namespace> namespaces) {
        chosen.put(hostNqn, List.copyOf(namespaces));
    }

    /** From now on that host has to authenticate. */
    void authenticate(String hostNqn, AuthenticationKeys secrets) {
        keys.put(hostNqn, secrets);
    }

    /** From now on the namespaces of that host are there only when the gate is open. */
    void hold(String hostNqn, CountDownLatch gate) {
        gates.put(hostNqn, gate);
    }

    /** From now on that host can connect by TLS. */
    void secure(String hostNqn, TlsPskSecret secret) {
        secrets.put(hostNqn, secret);
    }

    @Override
    public Optional<TlsPskSecret> tlsSecret(String hostNqn, String subsystemNqn) {
        return Optional.ofNullable(secrets.get(hostNqn));
    }

    /** Exports that were opened and not closed. */
    int open() {
        return open.get();
    }

    @Override
    public List<String> visibleTo(Host host) {
        return host.nqn().equals(NOT_ALLOWED) ? List.of() : List.of(SUBSYSTEM);
    }

    @Override
    public Export open(String subsystemNqn, Host host) throws RefusedException {
        if (!subsystemNqn.equals(SUBSYSTEM)) {
            throw new RefusedException(RefusedException.Reason.UNKNOWN_SUBSYSTEM, "there is only " + SUBSYSTEM);
        }
        if (host.nqn().equals(NOT_ALLOWED)) {
            throw new RefusedException(RefusedException.Reason.HOST_NOT_ALLOWED, "a stranger");
        }
        if (host.nqn().equals(NOT_NOW)) {
            throw new RefusedException(RefusedException.Reason.NOT_NOW, "too early");
        }
        open.incrementAndGet();
        return new Opened(host.nqn());
    }

    private final class Opened implements Export {
        private final String hostNqn;
        private boolean closed;

        Opened(String hostNqn) {
            this.hostNqn = hostNqn;
        }

        @Override
        public SubsystemIdentity identity() {
            return IDENTITY;
        }

        @Override
        public Optional<AuthenticationKeys> authentication() {
            return Optional.ofNullable(keys.get(hostNqn));
        }

        @Override
        public List<Namespace> namespaces() throws IOException {
            CountDownLatch gate = gates.get(hostNqn);
            if (gate != null) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while a test held the namespaces", e);
                }
            }
            return chosen.getOrDefault(hostNqn, usual);
        }

        @Override
        public synchronized void close() {
            if (closed) {
                throw new IllegalStateException("an export is closed twice");
            }
            closed = true;
            open.decrementAndGet();
        }
    }
}
