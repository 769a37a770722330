package org.pullboot.nvme;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The namespaces that an {@link Export} gives to one host, as its controller shows them. */
final class NvmSubsystem implements Subsystem {
    private static final Logger LOG = System.getLogger(NvmSubsystem.class.getName());

    private static final int CNS_NAMESPACE = 0x00;
    private static final int CNS_CONTROLLER = 0x01;
    private static final int CNS_ACTIVE_IDS = 0x02;
    private static final int CNS_DESCRIPTORS = 0x03;
    private static final int CNS_NAMESPACE_OF_COMMAND_SET = 0x05;
    private static final int CNS_CONTROLLER_OF_COMMAND_SET = 0x06;
    private static final int CNS_NAMESPACE_INDEPENDENT = 0x08;
    private static final int CNS_COMMAND_SETS = 0x1c;

    private static final AdminReply INVALID_FIELD =
            AdminReply.failed(NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY);
    /** Without Do Not Retry: it may come. */
    private static final AdminReply INVALID_NAMESPACE = AdminReply.failed(NvmeStatus.INVALID_NAMESPACE);

    private final int controllerId;
    private final String nqn;
    private final Export export;
    private final ControllerLimits limits;
    private final AsyncEvents events;
    private final IoCounters counters;
    private final NamespaceTable namespaces;

    /** Held while the table is filled or emptied; guards the two below. */
    private final Object change = new Object();

    private boolean enabled;
    private final SortedSet<Integer> changed = new TreeSet<>();

    NvmSubsystem(
            int controllerId,
            String nqn,
            Export export,
            ControllerLimits limits,
            AsyncEvents events,
            IoCounters counters,
            NamespaceTable namespaces) {
        this.controllerId = controllerId;
        this.nqn = nqn;
        this.export = export;
        this.limits = limits;
        this.events = events;
        this.counters = counters;
        this.namespaces = namespaces;
    }

    @Override
    public boolean has(int opcode) {
        return switch (opcode) {
            case AdminOpcode.GET_LOG_PAGE,
                    AdminOpcode.IDENTIFY,
                    AdminOpcode.ABORT,
                    AdminOpcode.SET_FEATURES,
                    AdminOpcode.GET_FEATURES,
                    AdminOpcode.ASYNC_EVENT_REQUEST,
                    AdminOpcode.KEEP_ALIVE -> true;
            default -> false;
        };
    }

    @Override
    public boolean enable() {
        synchronized (change) {
            try {
                namespaces.replace(export.namespaces());
            } catch (IOException | RuntimeException failure) {
                LOG.log(Level.ERROR, () -> "a controller of " + nqn + " cannot start without its namespaces", failure);
                return false;
            }
            changed.clear();
            enabled = true;
            return true;
        }
    }

    @Override
    public boolean flush() {
        boolean kept = true;
        for (Namespace namespace : namespaces.all()) {
            try {
                if (namespace.device().writable()) {
                    namespace.device().flush();
                }
            } catch (IOException | RuntimeException failure) {
                kept = false;
                LOG.log(
                        Level.ERROR,
                        () -> "namespace " + namespace.id() + " of " + nqn
                                + " could not be flushed when its host shut down",
                        failure);
            }
        }
        return kept;
    }

    @Override
    public void disable() {
        synchronized (change) {
            enabled = false;
            changed.clear();
            namespaces.clear();
        }
    }

    /** Asks for the namespaces again, and tells the host when they are others. */
    void reload() {
        synchronized (change) {
            if (!enabled) {
                return;
            }
            try {
                List<Integer> ids = namespaces.replace(export.namespaces());
                if (ids.isEmpty()) {
                    return;
                }
                changed.addAll(ids);
            } catch (IOException | RuntimeException failure) {
                LOG.log(Level.ERROR, () -> "the host keeps the namespaces of " + nqn + " that it has", failure);
                return;
            }
        }
        events.happened(AsyncEvent.NAMESPACES_CHANGED);
    }

    @Override
    public AdminReply identify(AdminCommand command) {
        int structure = command.dword(10) & 0xff;
        return switch (structure) {
            case CNS_NAMESPACE -> namespace(command);
            case CNS_CONTROLLER ->
                new AdminReply.Data(
                        IdentifyController.ofStorage(controllerId, nqn, export.identity(), limits, events.offered()));
            case CNS_ACTIVE_IDS -> activeIds(command.namespaceId());
            case CNS_DESCRIPTORS -> descriptors(command.namespaceId());
            case CNS_NAMESPACE_OF_COMMAND_SET ->
                ofBlocks(command) ? inRange(command, IdentifyNamespace.ofNone()) : INVALID_FIELD;
            // No limit but MDTS.
            case CNS_CONTROLLER_OF_COMMAND_SET ->
                ofBlocks(command) ? new AdminReply.Data(Structure.ofBytes(IdentifyController.BYTES)) : INVALID_FIELD;
            case CNS_NAMESPACE_INDEPENDENT ->
                inRange(command, IdentifyNamespace.independent(namespaces.get(command.namespaceId())));
            case CNS_COMMAND_SETS -> commandSets(command.dword(10) >>> 16);
            default -> INVALID_FIELD;
        };
    }

    @Override
    public @Nullable ByteBuffer log(LogRequest request) {
        return switch (request.page()) {
            case LogPages.SUPPORTED_PAGES -> LogPages.supportedPages();
            case LogPages.ERRORS -> LogPages.errors();
            case LogPages.HEALTH -> LogPages.health(counters);
            case LogPages.FIRMWARE_SLOTS -> LogPages.firmwareSlots(export.identity());
            case LogPages.CHANGED_NAMESPACES -> changedNamespaces(request.retainEvent());
            case LogPages.COMMAND_EFFECTS -> request.commandSet() == 0 ? LogPages.commandEffects() : null;
            default -> null;
        };
    }

    private ByteBuffer changedNamespaces(boolean retain) {
        if (!retain) {
            // First, so that a change that comes in between is told, at worst for nothing.
            events.cleared(AsyncEvent.NAMESPACES_CHANGED);
        }
        synchronized (change) {
            ByteBuffer log = LogPages.changedNamespaces(changed);
            if (!retain) {
                changed.clear();
            }
            return log;
        }
    }

    private AdminReply namespace(AdminCommand command) {
        Namespace namespace = namespaces.get(command.namespaceId());
        return inRange(command, namespace == null ? IdentifyNamespace.ofNone() : IdentifyNamespace.ofBlocks(namespace));
    }

    private static AdminReply inRange(AdminCommand command, ByteBuffer structure) {
        int id = command.namespaceId();
        return id >= 1 && id <= Namespace.LAST_ID ? new AdminReply.Data(structure) : INVALID_NAMESPACE;
    }

    private AdminReply activeIds(int above) {
        if (Integer.compareUnsigned(above, 0xffff_fffe) >= 0) {
            return INVALID_NAMESPACE;
        }
        return new AdminReply.Data(IdentifyNamespace.activeIds(namespaces.all(), above));
    }

    private AdminReply descriptors(int id) {
        Namespace namespace = namespaces.get(id);
        return namespace == null ? INVALID_NAMESPACE : new AdminReply.Data(IdentifyNamespace.descriptors(namespace));
    }

    /** Whether it asks about the NVM command set, the only one. */
    private static boolean ofBlocks(AdminCommand command) {
        return command.dword(11) >>> 24 == 0;
    }

    private AdminReply commandSets(int ofController) {
        if (ofController != 0xffff && ofController != controllerId) {
            return INVALID_FIELD;
        }
        ByteBuffer structure = Structure.ofBytes(IdentifyController.BYTES);
        // The only combination that there is: NVM alone.
        structure.putLong(0, 1);
        return new AdminReply.Data(structure);
    }
}
