package org.pullboot.nvme;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The discovery service as one controller shows it to its host (NVM Express Base 2.0, 3.1.2.3). */
final class DiscoverySubsystem implements Subsystem {
    private static final Logger LOG = System.getLogger(DiscoverySubsystem.class.getName());

    private static final int CNS_CONTROLLER = 0x01;

    private final int controllerId;
    private final Host host;
    private final DiscoveryService service;
    private final InetSocketAddress local;
    private final ControllerLimits limits;
    private final AsyncEvents events;

    /** What the host read last: it may read the rest of it, though the service has changed. Guarded by this. */
    private @Nullable DiscoveryLog shown;

    DiscoverySubsystem(
            int controllerId,
            Host host,
            DiscoveryService service,
            InetSocketAddress local,
            ControllerLimits limits,
            AsyncEvents events) {
        this.controllerId = controllerId;
        this.host = host;
        this.service = service;
        this.local = local;
        this.limits = limits;
        this.events = events;
    }

    @Override
    public boolean has(int opcode) {
        return switch (opcode) {
            case AdminOpcode.GET_LOG_PAGE,
                    AdminOpcode.IDENTIFY,
                    AdminOpcode.SET_FEATURES,
                    AdminOpcode.GET_FEATURES,
                    AdminOpcode.ASYNC_EVENT_REQUEST,
                    AdminOpcode.KEEP_ALIVE -> true;
            default -> false;
        };
    }

    @Override
    public AdminReply identify(AdminCommand command) {
        if ((command.dword(10) & 0xff) != CNS_CONTROLLER) {
            return AdminReply.failed(NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY);
        }
        return new AdminReply.Data(
                IdentifyController.ofDiscovery(controllerId, DiscoveryService.IDENTITY, limits, events.offered()));
    }

    @Override
    public @Nullable ByteBuffer log(LogRequest request) {
        if (request.page() != LogPages.DISCOVERY) {
            return null;
        }
        if (!request.retainEvent()) {
            events.cleared(AsyncEvent.DISCOVERY_CHANGED);
        }
        return current(request.offset() == 0).page();
    }

    /** What the host may see is perhaps another: tells it, if so. */
    void reload() {
        boolean tell;
        try {
            tell = differs();
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, () -> host.nqn() + " is not told of a change that cannot be seen", failure);
            return;
        }
        if (tell) {
            events.happened(AsyncEvent.DISCOVERY_CHANGED);
        }
    }

    @Override
    public boolean enable() {
        return true;
    }

    @Override
    public boolean flush() {
        return true;
    }

    @Override
    public synchronized void disable() {
        shown = null;
    }

    private synchronized boolean differs() {
        return shown == null || !shown.subsystems().equals(service.visibleTo(host));
    }

    /** The log that a host has begun to read, or a fresh one when it begins anew. */
    private synchronized DiscoveryLog current(boolean anew) {
        DiscoveryLog before = shown;
        if (before != null && !anew) {
            return before;
        }
        DiscoveryLog now = look();
        if (before != null
                && before.generation() == now.generation()
                && !before.subsystems().equals(now.subsystems())) {
            // It changed, and nobody said so.
            service.changed();
            now = look();
        }
        shown = now;
        return now;
    }

    /** Takes the number before it looks: a change in between makes the log newer than its number, never older. */
    private DiscoveryLog look() {
        long generation = service.generation();
        return new DiscoveryLog(
                generation, service.visibleTo(host), service.targetSeenFrom(local), local, service.secure());
    }
}
