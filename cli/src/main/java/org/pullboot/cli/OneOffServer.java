package org.pullboot.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.pullboot.serve.BootService;
import org.pullboot.serve.ServeListener;
import org.pullboot.serve.ServeOptions;
import org.pullboot.uefi.BootUri;

/** A server for one virtual machine: on the loopback, on a free port, with a state that ends with it. */
final class OneOffServer implements AutoCloseable {
    private final ScratchDirectory state;
    private final BootService service;

    private OneOffServer(ScratchDirectory state, BootService service) {
        this.state = state;
        this.service = service;
    }

    static OneOffServer start(Path path, Path cache, ServeListener listener) throws IOException {
        ScratchDirectory state = ScratchDirectory.create("pullboot-state");
        ServeOptions options = ServeOptions.of(List.of(path), state.path(), cache)
                .listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        BootService service = null;
        try {
            service = BootService.start(options, listener);
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
