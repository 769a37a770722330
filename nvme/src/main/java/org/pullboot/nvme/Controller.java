package org.pullboot.nvme;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One controller: answers the commands of its admin queue, and knows nothing of how they arrive (NVM Express Base 2.0,
 * 3.1).
 *
 * <p>Commands are executed by one thread at a time, and may wait for a disk. Everything else is safe for use from
 * several threads.
 */
final class Controller {
    private static final Logger LOG = System.getLogger(Controller.class.getName());

    private static final AdminReply INVALID_FIELD =
            AdminReply.failed(NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY);
    private static final AdminReply INVALID_OPCODE =
            AdminReply.failed(NvmeStatus.INVALID_OPCODE | NvmeStatus.DO_NOT_RETRY);
    /** The only bit of an Abort's result: the command was not aborted. */
    private static final AdminReply NOT_ABORTED = new AdminReply.Done(NvmeStatus.SUCCESS, 1);

    private final int id;
    private final ControllerLimits limits;
    private final ControllerEvents association;
    private final AsyncEvents events;
    private final IoQueues queues;
    private final Features features;
    private final Subsystem subsystem;
    private final NamespaceTable namespaces;
    private final IoCounters counters;
    private final ControllerProperties properties;
    private volatile boolean closed;

    private Controller(
            int id,
            ControllerLimits limits,
            ControllerEvents association,
            AsyncEvents events,
            IoQueues queues,
            Features features,
            Subsystem subsystem,
            NamespaceTable namespaces,
            IoCounters counters) {
        this.id = id;
        this.limits = limits;
        this.association = association;
        this.events = events;
        this.queues = queues;
        this.features = features;
        this.subsystem = subsystem;
        this.namespaces = namespaces;
        this.counters = counters;
        properties = new ControllerProperties(limits, subsystem instanceof NvmSubsystem, new Reactions());
    }

    /**
     * A controller of a subsystem with namespaces, not enabled yet.
     *
     * @param id CNTLID, 1 to 0xffef
     * @param export asked for its namespaces each time that the controller is enabled; not closed by it
     */
    static Controller io(
            int id,
            Host host,
            String subsystemNqn,
            Export export,
            ControllerLimits limits,
            ControllerEvents association) {
        AsyncEvents events = new AsyncEvents(limits.asyncEvents(), AsyncEvent.NAMESPACES_CHANGED.bit());
        IoQueues queues = new IoQueues(limits, limits.queues());
        NamespaceTable namespaces = new NamespaceTable();
        IoCounters counters = new IoCounters();
        return new Controller(
                id,
                limits,
                association,
                events,
                queues,
                Features.ofStorage(host, queues, events),
                new NvmSubsystem(id, subsystemNqn, export, limits, events, counters, namespaces),
                namespaces,
                counters);
    }

    /**
     * A controller of the discovery service, not enabled yet. It has no I/O queues and no namespaces.
     *
     * @param id CNTLID, 1 to 0xffef
     * @param local the address that the host connected to
     */
    static Controller discovery(
            int id,
            Host host,
            DiscoveryService service,
            InetSocketAddress local,
            ControllerLimits limits,
            ControllerEvents association) {
        AsyncEvents events = new AsyncEvents(limits.asyncEvents(), AsyncEvent.DISCOVERY_CHANGED.bit());
        IoQueues queues = new IoQueues(limits, 0);
        return new Controller(
                id,
                limits,
                association,
                events,
                queues,
                Features.ofDiscovery(host, queues, events),
                new DiscoverySubsystem(id, host, service, local, limits, events),
                new NamespaceTable(),
                new IoCounters());
    }

    /** CNTLID. */
    int id() {
        return id;
    }

    /** Whether I/O may be done: it is enabled, has not failed, and is not being shut down. */
    boolean ready() {
        return !closed && properties.ready();
    }

    /** The namespace of an id, of whatever value; null when there is none. Never waits. */
    @Nullable
    Namespace namespace(int namespaceId) {
        return namespaces.get(namespaceId);
    }

    /** What has gone through its I/O queues; for them to count. */
    IoCounters counters() {
        return counters;
    }

    /** How long its host may be silent, in milliseconds; 0 for as long as it likes. */
    long keepAliveMillis() {
        return features.keepAliveMillis();
    }

    /** The timeout that the host's Connect command asks for, in milliseconds: 0, or rounded up to whole seconds. */
    void keepAliveMillis(long millis) {
        features.keepAliveMillis(millis);
    }

    /**
     * Gives an I/O queue to a connection.
     *
     * @param queueId as Connect says
     * @param entries commands that the queue holds: SQSIZE of Connect and one more
     * @return a {@link NvmeStatus}: Command Sequence Error while the controller is not ready or another connection has
     *     the queue, Connect Invalid Parameters when there is no such queue or it does not hold so much
     */
    int connectQueue(int queueId, int entries) {
        return ready() ? queues.connect(queueId, entries) : NvmeStatus.COMMAND_SEQUENCE_ERROR;
    }

    /** The connection of an I/O queue has ended, and none of its commands is under way. */
    void disconnectQueue(int queueId) {
        queues.disconnect(queueId);
    }

    /**
     * Executes a command whose transfer was found to be in order, whatever the rest of it says.
     *
     * @param entry the 64 bytes of its submission queue entry
     * @param data what came with it; empty when nothing did
     * @param reply given one answer, now or, to a request for events, later from any thread, or never
     */
    void execute(ByteBuffer entry, ByteBuffer data, Consumer<AdminReply> reply) {
        AdminCommand command = new AdminCommand(entry);
        boolean eventRequest = command.opcode() == AdminOpcode.ASYNC_EVENT_REQUEST && !command.fused() && ready();
        if (eventRequest) {
            events.request(reply);
        } else {
            reply.accept(answer(command, data));
        }
    }

    /**
     * Executes a Keep Alive command; unlike the others it may be executed beside one that waits for a disk.
     *
     * @param entry the 64 bytes of its submission queue entry
     */
    AdminReply keepAlive(ByteBuffer entry) {
        return keepAlive(new AdminCommand(entry));
    }

    private AdminReply keepAlive(AdminCommand command) {
        if (command.fused()) {
            return INVALID_FIELD;
        }
        // A sign of life in any state.
        return keepAliveMillis() == 0 ? AdminReply.failed(NvmeStatus.KEEP_ALIVE_TIMEOUT_INVALID) : AdminReply.success();
    }

    /** The namespaces are others, or have another size: looks again, and tells the host. */
    void namespacesChanged() {
        if (subsystem instanceof NvmSubsystem storage && !closed) {
            storage.reload();
        }
    }

    /** The subsystems that the host may have are others: looks again, and tells it. */
    void subsystemsChanged() {
        if (subsystem instanceof DiscoverySubsystem discovery && ready()) {
            discovery.reload();
        }
    }

    /** The association has ended: nothing is ready any more, and nobody is told of events. */
    void close() {
        closed = true;
        events.close();
    }

    private AdminReply answer(AdminCommand command, ByteBuffer data) {
        try {
            return command.fused() ? INVALID_FIELD : dispatch(command, data);
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.ERROR,
                    () -> String.format("controller %d cannot answer the admin command %02xh", id, command.opcode()),
                    failure);
            return AdminReply.failed(NvmeStatus.INTERNAL_ERROR);
        }
    }

    private AdminReply dispatch(AdminCommand command, ByteBuffer data) {
        int opcode = command.opcode();
        if (opcode == AdminOpcode.FABRICS) {
            return fabrics(command);
        }
        if (!subsystem.has(opcode)) {
            return INVALID_OPCODE;
        }
        if (opcode == AdminOpcode.KEEP_ALIVE) {
            return keepAlive(command);
        }
        if (!ready()) {
            return AdminReply.failed(NvmeStatus.COMMAND_SEQUENCE_ERROR);
        }
        return switch (opcode) {
            case AdminOpcode.GET_LOG_PAGE -> log(command);
            case AdminOpcode.IDENTIFY -> subsystem.identify(command);
            case AdminOpcode.ABORT -> NOT_ABORTED;
            case AdminOpcode.SET_FEATURES -> features.set(command, data);
            case AdminOpcode.GET_FEATURES -> features.get(command);
            default -> INVALID_OPCODE;
        };
    }

    private AdminReply fabrics(AdminCommand command) {
        int offset = command.dword(11);
        int size = command.dword(10) & 7;
        return switch (command.fabricsType()) {
            case AdminOpcode.PROPERTY_GET -> {
                OptionalLong value = properties.get(offset, size);
                yield value.isPresent() ? new AdminReply.Done(NvmeStatus.SUCCESS, value.getAsLong()) : INVALID_FIELD;
            }
            case AdminOpcode.PROPERTY_SET ->
                properties.set(offset, size, command.longAt(12)) ? AdminReply.success() : INVALID_FIELD;
            // It is connected, or it would not be here.
            case AdminOpcode.CONNECT -> AdminReply.failed(NvmeStatus.COMMAND_SEQUENCE_ERROR);
            // Nobody has to authenticate, or the command would not be here.
            case AdminOpcode.AUTHENTICATION_SEND, AdminOpcode.AUTHENTICATION_RECEIVE -> INVALID_FIELD;
            default -> INVALID_OPCODE;
        };
    }

    private AdminReply log(AdminCommand command) {
        LogRequest request = LogRequest.of(command);
        int status = request.check(Integer.toUnsignedLong(command.sglLength()), limits.maxDataBytes());
        if (status != NvmeStatus.SUCCESS) {
            return AdminReply.failed(status);
        }
        if (!command.ofWholeController()) {
            return INVALID_FIELD;
        }
        ByteBuffer page = subsystem.log(request);
        ByteBuffer part = page == null ? null : request.cut(page);
        return part == null ? INVALID_FIELD : new AdminReply.Data(part);
    }

    /** What the host does with CC. */
    private final class Reactions implements ControllerProperties.Actions {
        @Override
        public boolean enable() {
            return subsystem.enable();
        }

        @Override
        public boolean shutDown() {
            association.dropIoQueues();
            return subsystem.flush();
        }

        @Override
        public void disable() {
            association.dropIoQueues();
            subsystem.disable();
            events.reset();
            features.reset();
            queues.reset();
        }
    }
}
