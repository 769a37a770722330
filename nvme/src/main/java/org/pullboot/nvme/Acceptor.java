package org.pullboot.nvme;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/** Listens at one address, and hands new connections to the event loops in turn. */
final class Acceptor implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Acceptor.class.getName());
    private static final int BACKLOG = 1024;
    private static final long PAUSE_NANOS = 100_000_000;

    private static final int REFUSALS_A_MINUTE = 30;

    private final RareLog failures = new RareLog(LOG, System::nanoTime, 1);
    private final RareLog refusals = new RareLog(LOG, System::nanoTime, REFUSALS_A_MINUTE);

    private final ServerSocketChannel listener;
    private final NvmeTarget target;
    private final InetSocketAddress address;

    /** Listens from now on, and accepts after {@link #start}. */
    Acceptor(InetSocketAddress address, NvmeTarget target) throws IOException {
        this.target = target;
        this.listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG);
            this.address = (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw new IOException("cannot listen on " + address + " (" + e.getMessage() + "); choose another port", e);
        }
    }

    /** Where it listens, with the port that was really taken. */
    InetSocketAddress address() {
        return address;
    }

    void start() {
        Thread.ofPlatform().name("nvme-accept-" + address.getPort()).daemon().start(this::run);
    }

    private void run() {
        while (true) {
            try {
                take(listener.accept());
            } catch (ClosedChannelException e) {
                LOG.log(Level.DEBUG, "no longer listening on {0}", address);
                return;
            } catch (IOException e) {
                failures.log(Level.WARNING, "a connection to " + address + " was not accepted", e);
                // Out of descriptors, for one: they do not come back at once.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void take(SocketChannel channel) throws IOException {
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        Admission.Place place =
                remote == null ? null : target.admission().admit(remote.getAddress(), () -> drop(channel));
        if (remote == null || place == null) {
            LOG.log(Level.DEBUG, "too many connections: {0} is sent away", remote);
            drop(channel);
            return;
        }
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} was gone before it was taken", remote);
        }
        if (!target.handshakes().wanted()) {
            target.nextLoop().take(channel, new SocketWire(channel), remote, place, target);
        } else {
            Thread.ofVirtual().name("nvme-tls").start(() -> shakeHands(channel, remote, place));
        }
    }

    private void shakeHands(SocketChannel channel, InetSocketAddress remote, Admission.Place place) {
        try {
            target.nextLoop().take(channel, target.handshakes().open(channel), remote, place, target);
        } catch (IOException e) {
            refusals.log(Level.INFO, remote + " is sent away: " + e.getMessage(), null);
            drop(channel);
            place.gone();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a mistake of the target ends the connection of " + remote, e);
            drop(channel);
            place.gone();
        }
    }

    private static void drop(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a socket did not close well", e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
