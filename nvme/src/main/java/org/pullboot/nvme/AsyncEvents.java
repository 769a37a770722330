package org.pullboot.nvme;

import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells a host of events through the requests that it left for that (NVM Express Base 2.0, 5.2).
 *
 * <p>An event that finds no request waits for one. An event that was told is not told again until the host has read the
 * log that says more. Safe for use from several threads; replies are given without a lock held.
 */
final class AsyncEvents {
    /** Bits of health warnings: hosts ask for them, but a target has no health to warn of. */
    private static final int HEALTH_BITS = 0xff;

    private final int limit;
    private final int offered;
    private final Queue<Consumer<AdminReply>> requests = new ArrayDeque<>(1);
    private final Set<AsyncEvent> pending = EnumSet.noneOf(AsyncEvent.class);
    private final Set<AsyncEvent> told = EnumSet.noneOf(AsyncEvent.class);
    private int configuration;
    private boolean closed;

    /**
     * Nothing has happened, and nobody waits.
     *
     * @param limit requests that are held
     * @param offered bits of the events that the host may ask for; it has asked for all of them until it says otherwise
     */
    AsyncEvents(int limit, int offered) {
        this.limit = limit;
        this.offered = offered;
        configuration = offered;
    }

    /** OAES. */
    int offered() {
        return offered;
    }

    /** The feature Asynchronous Event Configuration. */
    synchronized int configuration() {
        return configuration;
    }

    /** Chooses events; answers whether all of them are offered. */
    synchronized boolean configure(int wanted) {
        if ((wanted & ~(offered | HEALTH_BITS)) != 0) {
            return false;
        }
        configuration = wanted;
        pending.removeIf(event -> (wanted & event.bit()) == 0);
        return true;
    }

    /** A host leaves a request. It is answered now, when something happens, or, once closed, never. */
    void request(Consumer<AdminReply> reply) {
        AdminReply now;
        synchronized (this) {
            if (closed) {
                return;
            }
            AsyncEvent waiting = pending.stream().findFirst().orElse(null);
            if (waiting != null) {
                pending.remove(waiting);
                told.add(waiting);
                now = new AdminReply.Done(NvmeStatus.SUCCESS, waiting.result());
            } else if (requests.size() < limit) {
                requests.add(reply);
                return;
            } else {
                now = AdminReply.failed(NvmeStatus.ASYNC_EVENT_LIMIT_EXCEEDED);
            }
        }
        reply.accept(now);
    }

    /** Something happened. */
    void happened(AsyncEvent event) {
        Consumer<AdminReply> reply;
        synchronized (this) {
            if (closed || (configuration & event.bit()) == 0 || told.contains(event)) {
                return;
            }
            reply = requests.poll();
            if (reply == null) {
                pending.add(event);
                return;
            }
            told.add(event);
        }
        reply.accept(new AdminReply.Done(NvmeStatus.SUCCESS, event.result()));
    }

    /** The host has read the log of an event and knows all there is to know: from now on it is told again. */
    synchronized void cleared(AsyncEvent event) {
        pending.remove(event);
        told.remove(event);
    }

    /** The controller starts anew: what is left is answered as aborted, what happened is forgotten. */
    void reset() {
        Queue<Consumer<AdminReply>> left;
        synchronized (this) {
            left = new ArrayDeque<>(requests);
            requests.clear();
            pending.clear();
            told.clear();
            configuration = offered;
        }
        left.forEach(reply -> reply.accept(AdminReply.failed(NvmeStatus.ABORT_REQUESTED)));
    }

    /** Nobody is there to be told: the requests are dropped. */
    synchronized void close() {
        closed = true;
        requests.clear();
        pending.clear();
    }
}
