package org.pullboot.nvme;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A running NVMe/TCP target. Safe for use from several threads. */
@SuppressWarnings({"UnusedMethod", "DoNotCallSuggester"}) // until it does something
public final class NvmeTarget implements AutoCloseable {
    private final InetSocketAddress address;

    private NvmeTarget(InetSocketAddress address) {
        this.address = address;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException when it cannot, for one because another program has the port
     */
    public static NvmeTarget start(TargetOptions options, Exports exports) throws IOException {
        throw new IOException("the target of " + exports + " cannot listen on " + options.listen() + " yet");
    }

    /** Where hosts connect, with the port that was really taken. */
    public InetSocketAddress address() {
        return address;
    }

    /** The namespaces of a host are others now, or have another size: asks its exports again and tells the host. */
    public void namespacesChanged(String hostNqn) {
        throw new UnsupportedOperationException(hostNqn);
    }

    /** What {@link Exports#visibleTo} answers is another now: tells the hosts that asked to be told. */
    public void subsystemsChanged() {
        throw new UnsupportedOperationException();
    }

    /** Ends every association, waits for what is under way, and stops to listen. */
    @Override
    public void close() {}
}
