package org.pullboot.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.pullboot.serve.BootService;
import org.pullboot.serve.ServeListener;
import org.pullboot.serve.ServeOptions;
import org.pullboot.uefi.BootUri;
import org.pullboot.uki.AuthenticodeSigner;

/** A server for one virtual machine: on the loopback, on a free port, with a state that ends with it. */
final class OneOffServer implements AutoCloseable {
    private final ScratchDirectory state;
    private final BootService service;

    private OneOffServer(ScratchDirectory state, BootService service) {
        this.state = state;
        this.service = service;
    }

    static OneOffServer start(Path path, Path cache, ServeListener listener) throws IOException {
        return start(path, cache, listener, Optional.empty());
    }

    /**
     * Starts it.
     *
     * @param signer signs the UKI that it builds
     */
    static OneOffServer start(Path path, Path cache, ServeListener listener, Optional<AuthenticodeSigner> signer)
            throws IOException {
        ScratchDirectory state = ScratchDirectory.create("pullboot-state");
        ServeOptions options = ServeOptions.of(List.of(path), state.path(), cache)
                .listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        BootService service = null;
        try {
            service = BootService.start(signer.isPresent() ? options.signedBy(signer.get()) : options, listener);
            return new OneOffServer(state, service);
        } finally {
            if (service == null) {
                state.close();
            }
        }
    }

    BootUri url() throws IOException {
        return BootUri.parse(service.url());
    }

    @Override
    public void close() throws IOException {
        service.close();
        state.close();
    }
}
