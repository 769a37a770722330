package org.pullboot.nvme;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host's controller with its admin connection and its I/O connections (NVM Express Base 2.0, 2.2.2). Safe for use from
 * several threads.
 *
 * <p>Once it {@link #end}s its sockets are closed; when the last of its work is done, which is what {@link #over} waits
 * for, its export is closed and nothing of it can reach a device any more.
 */
final class Association implements ControllerEvents {
    private static final Logger LOG = System.getLogger(Association.class.getName());
    private static final long DRAIN_SECONDS = 10;

    private final int id;
    private final Path path;
    private final Connection admin;
    private final Associations registry;
    private final SerialExecutor executor;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition drained = lock.newCondition();
    private final Set<Connection> io = new HashSet<>();
    /** I/O connections, the admin connection, and whoever sets it up. */
    private int users = 2;

    private boolean finishing;
    private volatile boolean ended;
    private volatile long activity;
    private volatile @Nullable Controller controller;
    private volatile @Nullable Export export;

    /**
     * What a host may have once: by another path it may have another (multipath), by the same one the old is dead.
     *
     * @param local our address
     * @param discovery 0, or a number of its own for discovery controllers, of which a host may have many
     */
    record Path(Host host, String subsystemNqn, InetAddress local, int discovery) {}

    /** An association that is being set up. */
    Association(int id, Path path, Connection admin, Associations registry) {
        this.id = id;
        this.path = path;
        this.admin = admin;
        this.registry = registry;
        this.executor = new SerialExecutor("nvme-controller-" + id);
        this.activity = System.nanoTime();
    }

    int id() {
        return id;
    }

    Path path() {
        return path;
    }

    boolean ended() {
        return ended;
    }

    /** Done when nothing of it can reach a device any more. */
    CompletableFuture<Void> over() {
        return over;
    }

    SerialExecutor executor() {
        return executor;
    }

    /** Its controller; null while it is set up, or when that failed. */
    @Nullable
    Controller controller() {
        return controller;
    }

    @Nullable
    Export export() {
        return export;
    }

    /** It has been given this. */
    void opened(Export given) {
        export = given;
    }

    /** It is set up. */
    void started(Controller made) {
        controller = made;
        if (ended) {
            made.close();
        }
    }

    /** It could not be set up. */
    void abandon() {
        ended = true;
        release();
    }

    /** Tells the controller of a change, when there is one. */
    void changed(Consumer<Controller> change) {
        executor.execute(() -> {
            Controller it = controller;
            if (it != null && !ended) {
                change.accept(it);
            }
        });
    }

    /** The commands of an I/O connection that has joined. */
    Commands commands(Connection connection, QueueState queue, NvmeTarget target) {
        return new IoCommands(connection, queue, made(), target);
    }

    private Controller made() {
        Controller it = controller;
        if (it == null) {
            throw new IllegalStateException("association " + id + " has no controller");
        }
        return it;
    }

    /** Executes an admin command; by the executor alone. */
    void execute(ByteBuffer entry, ByteBuffer data, Consumer<AdminReply> reply) {
        made().execute(entry, data, reply);
    }

    /** Answers Keep Alive, by any thread. */
    AdminReply keepAlive(ByteBuffer entry) {
        return made().keepAlive(entry);
    }

    /** A sign of life, at a time as {@link System#nanoTime} has it. */
    void touch(long now) {
        activity = now;
    }

    /** Ends it when its host has been silent for too long; not while the host waits for us. */
    void tick(long now) {
        Controller it = controller;
        if (it == null) {
            return;
        }
        if (executor.busy()) {
            touch(now);
            return;
        }
        long millis = it.keepAliveMillis();
        long limit = TimeUnit.MILLISECONDS.toNanos(millis);
        if (millis == 0 && path.discovery() != 0) {
            limit = registry.timeouts().discovery().toNanos();
        }
        if (limit > 0 && now - activity > limit) {
            LOG.log(Level.DEBUG, "{0} has been silent for too long and must connect anew", this);
            end("the host was silent for too long");
        }
    }

    /** An I/O connection joins; false when the association has ended. */
    boolean join(Connection connection) {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            users++;
            io.add(connection);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The socket of one of its connections is closed. */
    void closed(Connection connection) {
        if (connection == admin) {
            end("the admin connection has ended");
        }
    }

    /**
     * Nothing of one of its connections is under way any more.
     *
     * @param queue the queue that it had; -1 for none
     */
    void over(Connection connection, int queue) {
        Controller it = controller;
        if (it != null && queue > 0) {
            it.disconnectQueue(queue);
        }
        lock.lock();
        try {
            io.remove(connection);
            drained.signalAll();
        } finally {
            lock.unlock();
        }
        release();
    }

    /** Who set it up is done. */
    void release() {
        lock.lock();
        try {
            users--;
            if (users > 0 || finishing) {
                return;
            }
            finishing = true;
        } finally {
            lock.unlock();
        }
        executor.execute(this::finish);
    }

    private void finish() {
        Export given = export;
        try {
            if (given != null) {
                if (registry.closing()) {
                    flush();
                }
                given.close();
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the export of " + this + " did not close", e);
        } finally {
            registry.remove(this);
            over.complete(null);
        }
    }

    /** What was written shall outlive the end of the target, which is not always followed by a new one. */
    private void flush() {
        Controller it = controller;
        for (int i = 1; it != null && i <= Namespace.LAST_ID; i++) {
            Namespace namespace = it.namespace(i);
            if (namespace != null && namespace.device().writable()) {
                try {
                    namespace.device().flush();
                } catch (IOException | RuntimeException e) {
                    LOG.log(Level.ERROR, "namespace " + i + " of " + this + " was not flushed at the end", e);
                }
            }
        }
    }

    /** Ends it: harmless when it has ended. */
    void end(String reason) {
        Set<Connection> connections;
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            connections = Set.copyOf(io);
        } finally {
            lock.unlock();
        }
        LOG.log(Level.DEBUG, "{0} ends: {1}", this, reason);
        Controller it = controller;
        if (it != null) {
            it.close();
        }
        connections.forEach(connection -> connection.end(reason));
        admin.end(reason);
    }

    /** The controller is no longer enabled: waits until nothing of its I/O connections can reach a device. */
    @Override
    public void dropIoQueues() {
        lock.lock();
        try {
            io.forEach(connection -> connection.end("the controller is no longer enabled"));
            long left = TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
            while (!io.isEmpty() && left > 0) {
                left = drained.awaitNanos(left);
            }
            if (!io.isEmpty()) {
                LOG.log(Level.WARNING, "I/O of {0} is still under way after its controller was disabled", this);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "controller " + id + " of " + path.host().nqn() + " at "
                + path.host().address() + " for " + path.subsystemNqn();
    }
}
