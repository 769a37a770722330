package org.pullboot.nvme;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All associations of a target: makes them, finds them, ends them. Safe for use from several threads. */
final class Associations {
    private static final Logger LOG = System.getLogger(Associations.class.getName());
    private static final int LAST_ID = 0xffef;
    private static final int AUTHENTICATE = 1 << 17;
    /** Where a Connect command has what may be wrong. */
    private static final int QUEUE_ID = 42;

    private static final int CONTROLLER_ID = 16;
    private static final int SUBSYSTEM_NQN = 256;
    private static final int REFUSALS_A_MINUTE = 30;
    private static final int RETRIES = 20;
    private static final long RETRY_MILLIS = 10;

    private final Exports exports;
    private final TlsMode tls;
    private final DiscoveryService discovery;
    private final ControllerLimits limits;
    private final Timeouts timeouts;
    private final int mostPerAddress;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore processors =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    private final RareLog refusals = new RareLog(LOG, System::nanoTime, REFUSALS_A_MINUTE);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Association> byId = new HashMap<>();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    /** Those whose host has proved to be who it says, if it has to: one by each path. */
    private final Map<Association.Path, Association> byPath = new HashMap<>();

    private int lastId;
    private int discoveries;
    private volatile boolean closing;

    /**
     * Of hosts of these exports.
     *
     * @param mostPerAddress associations of one address; more are told to come again
     */
    Associations(
            Exports exports,
            TlsMode tls,
            DiscoveryService discovery,
            ControllerLimits limits,
            Timeouts timeouts,
            int mostPerAddress) {
        this.exports = exports;
        this.tls = tls;
        this.discovery = discovery;
        this.limits = limits;
        this.timeouts = timeouts;
        this.mostPerAddress = mostPerAddress;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    /** Whether the target ends. */
    boolean closing() {
        return closing;
    }

    /** All that there are now. */
    List<Association> all() {
        lock.lock();
        try {
            return List.copyOf(byId.values());
        } finally {
            lock.unlock();
        }
    }

    /** Does something that takes a processor for long, few at a time. */
    <T> T expensive(Supplier<T> action) {
        processors.acquireUninterruptibly();
        try {
            return action.get();
        } finally {
            processors.release();
        }
    }

    /** Decides a Connect command, on another thread. */
    void connect(Connection connection, ByteBuffer entry, ByteBuffer data, Consumer<ConnectOutcome> decided) {
        ConnectRequest request;
        try {
            request = ConnectRequest.parse(entry, data, connection.remote().getAddress(), limits.queueEntries());
            if (request.queue() != 0) {
                Association association = find(request);
                association
                        .executor()
                        .execute(() -> decided.accept(outcome(() -> join(connection, request, association))));
                return;
            }
        } catch (ConnectException e) {
            decided.accept(new ConnectOutcome.Refused(e.status(), e.result()));
            return;
        }
        Thread.ofVirtual().name("nvme-connect").start(() -> decided.accept(outcome(() -> create(connection, request))));
    }

    private interface Decision {
        ConnectOutcome decide() throws ConnectException;
    }

    private static ConnectOutcome outcome(Decision decision) {
        try {
            return decision.decide();
        } catch (ConnectException e) {
            return new ConnectOutcome.Refused(e.status(), e.result());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a host was not connected because of a mistake", e);
            return new ConnectOutcome.Refused(NvmeStatus.CONNECT_CONTROLLER_BUSY, 0);
        }
    }

    /** The association that an I/O queue is to join: of this host and no other. */
    private Association find(ConnectRequest request) throws ConnectException {
        Association association;
        lock.lock();
        try {
            association = byId.get(request.controller());
        } finally {
            lock.unlock();
        }
        // Without Do Not Retry: after its association has ended, a host that does not know yet may come here.
        if (association == null || association.ended() || association.controller() == null) {
            throw ConnectException.inData(CONTROLLER_ID, false);
        }
        if (!association.path().subsystemNqn().equals(request.subsystemNqn())) {
            throw ConnectException.inData(CONTROLLER_ID, false);
        }
        Host host = association.path().host();
        if (!host.nqn().equals(request.host().nqn())
                || !host.id().equals(request.host().id())) {
            throw ConnectException.inData(CONTROLLER_ID, false);
        }
        if (association.path().discovery() != 0) {
            throw ConnectException.inCommand(QUEUE_ID);
        }
        return association;
    }

    private ConnectOutcome join(Connection connection, ConnectRequest request, Association association)
            throws ConnectException {
        checkIdentity(connection, request);
        Controller controller = association.controller();
        if (controller == null || !association.join(connection)) {
            throw ConnectException.inData(CONTROLLER_ID, false);
        }
        int status = controller.connectQueue(request.queue(), request.entries());
        // The old connection of the queue may be about to end.
        for (int i = 0; i < RETRIES && status == NvmeStatus.COMMAND_SEQUENCE_ERROR && controller.ready(); i++) {
            pause();
            status = controller.connectQueue(request.queue(), request.entries());
        }
        if (status != NvmeStatus.SUCCESS) {
            association.over(connection, -1);
            throw new ConnectException(status, status == NvmeStatus.CONNECT_INVALID_PARAMETERS ? QUEUE_ID : 0);
        }
        Authentication authentication = authentication(association, request);
        QueueState queue = new QueueState(request.queue(), request.entries(), request.flowControl(), authentication);
        return new ConnectOutcome.Joined(association, queue, result(association, authentication));
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Authentication authentication(Association association, ConnectRequest request) {
        Export export = association.export();
        Optional<AuthenticationKeys> keys = export == null ? Optional.empty() : export.authentication();
        return keys.map(known -> Authentication.of(known, request.host(), request.subsystemNqn(), random))
                .orElse(null);
    }

    private static long result(Association association, @Nullable Authentication authentication) {
        return association.id() | (authentication == null ? 0 : AUTHENTICATE);
    }

    /** A host is who it has proved to be by TLS, and one that could prove itself has to. */
    private void checkIdentity(Connection connection, ConnectRequest request) throws ConnectException {
        String hostNqn = request.host().nqn();
        boolean itself = connection
                .identity()
                .map(proved -> proved.hostNqn().equals(hostNqn)
                        && proved.subsystemNqn().equals(request.subsystemNqn()))
                .orElseGet(() -> tls == TlsMode.OFF
                        || exports.tlsSecret(hostNqn, request.subsystemNqn()).isEmpty());
        if (!itself) {
            refusals.log(
                    Level.WARNING,
                    hostNqn + " connects to " + request.subsystemNqn()
                            + " without the TLS identity of that name; connect it with --tls, and its own secret",
                    null);
            throw new ConnectException(NvmeStatus.CONNECT_INVALID_HOST | NvmeStatus.DO_NOT_RETRY, 0);
        }
    }

    private ConnectOutcome create(Connection connection, ConnectRequest request) throws ConnectException {
        checkIdentity(connection, request);
        Association association = register(connection, request);
        boolean joined = false;
        try {
            Controller controller = start(association, connection, request);
            controller.keepAliveMillis(request.keepAliveMillis());
            Authentication authentication = authentication(association, request);
            if (authentication == null) {
                succeed(association);
            }
            association.started(controller);
            QueueState queue = new QueueState(0, request.entries(), request.flowControl(), authentication);
            LOG.log(Level.DEBUG, "{0} is connected", association);
            joined = true;
            return new ConnectOutcome.Joined(association, queue, result(association, authentication));
        } finally {
            if (!joined) {
                association.abandon();
            }
            association.release();
        }
    }

    private Controller start(Association association, Connection connection, ConnectRequest request)
            throws ConnectException {
        if (association.path().discovery() != 0) {
            return Controller.discovery(
                    association.id(), request.host(), discovery, connection.local(), limits, association);
        }
        try {
            Export export = exports.open(request.subsystemNqn(), request.host());
            association.opened(export);
            return Controller.io(association.id(), request.host(), request.subsystemNqn(), export, limits, association);
        } catch (RefusedException e) {
            refusals.log(Level.WARNING, association + " is refused: " + e.getMessage(), null);
            throw switch (e.reason()) {
                case UNKNOWN_SUBSYSTEM -> ConnectException.inData(SUBSYSTEM_NQN, true);
                case HOST_NOT_ALLOWED ->
                    new ConnectException(NvmeStatus.CONNECT_INVALID_HOST | NvmeStatus.DO_NOT_RETRY, 0);
                case NOT_NOW -> ConnectException.busy();
            };
        }
    }

    /** Takes an id. */
    private Association register(Connection connection, ConnectRequest request) throws ConnectException {
        boolean discovers = request.subsystemNqn().equals(DiscoveryService.NQN);
        InetAddress address = request.host().address();
        lock.lock();
        try {
            int others = perAddress.getOrDefault(address, 0);
            if (closing || byId.size() >= LAST_ID / 2 || others >= mostPerAddress) {
                throw ConnectException.busy();
            }
            int number = discovers ? nextDiscovery() : 0;
            Association.Path path = new Association.Path(
                    request.host(), request.subsystemNqn(), connection.local().getAddress(), number);
            Association association = new Association(nextId(), path, connection, this);
            byId.put(association.id(), association);
            perAddress.put(address, others + 1);
            return association;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives the association of an authentic host its path; what the host had by the same path before ends first, so that
     * nothing of it can overwrite what comes after. Harmless when it has the path. May wait.
     *
     * @throws ConnectException when the old one does not end in time
     */
    private void succeed(Association association) throws ConnectException {
        while (true) {
            Association prior;
            lock.lock();
            try {
                prior = byPath.get(association.path());
                if (prior == association) {
                    return;
                }
                if (byId.get(association.id()) != association) {
                    throw ConnectException.busy();
                }
                if (prior == null) {
                    byPath.put(association.path(), association);
                    return;
                }
            } finally {
                lock.unlock();
            }
            fence(prior);
        }
    }

    /** The host of an association has just authenticated: the same, or ends it and answers false. */
    boolean succeeds(Association association) {
        try {
            succeed(association);
            return true;
        } catch (ConnectException e) {
            association.end("its host's old association has not ended");
            return false;
        }
    }

    private int nextDiscovery() {
        discoveries = discoveries == Integer.MAX_VALUE ? 1 : discoveries + 1;
        return discoveries;
    }

    private void fence(Association prior) throws ConnectException {
        prior.end("its host connects anew");
        try {
            prior.over().get(timeouts.fence().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.log(Level.WARNING, "{0} has ended but still writes; its host has to wait", prior);
            throw ConnectException.busy();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of an association never fails", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ConnectException.busy();
        }
    }

    /** Ids come back as late as possible: hosts take a controller of a known id for the old one. */
    private int nextId() {
        do {
            lastId = lastId == LAST_ID ? 1 : lastId + 1;
        } while (byId.containsKey(lastId));
        return lastId;
    }

    /** It is over. */
    void remove(Association association) {
        lock.lock();
        try {
            if (byId.remove(association.id(), association)) {
                perAddress.computeIfPresent(
                        association.path().host().address(), (_, count) -> count == 1 ? null : count - 1);
            }
            byPath.remove(association.path(), association);
        } finally {
            lock.unlock();
        }
    }

    /** Ends all, and waits for what is under way; no new ones are made. */
    void close() {
        closing = true;
        List<Association> last = all();
        last.forEach(association -> association.end("the target ends"));
        for (Association association : last) {
            try {
                association.over().get(timeouts.fence().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                LOG.log(Level.WARNING, association + " is still writing when the target ends", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
