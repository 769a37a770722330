package org.pullboot.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.initrd.InitrdRequest;
import org.pullboot.serve.BootService;
import org.pullboot.serve.ServeListener;
import org.pullboot.serve.ServeOptions;
import org.pullboot.serve.ServerLimits;
import org.pullboot.uefi.BootUri;

/** A server for one virtual machine: on the loopback, on a free port, with a state that ends with it. */
final class OneOffServer implements AutoCloseable {
    private final Path state;
    private final BootService service;

    private OneOffServer(Path state, BootService service) {
        this.state = state;
        this.service = service;
    }

    static OneOffServer start(Path path, Path cache, ServeListener listener) throws IOException {
        Path state = Files.createTempDirectory("pullboot-state");
        ServeOptions options = new ServeOptions(
                List.of(path),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                state,
                cache,
                null,
                null,
                null,
                "",
                InitrdRequest.DEFAULT_LEVEL,
                ServerLimits.defaults());
        BootService service = null;
        try {
            service = BootService.start(options, listener);
            return new OneOffServer(state, service);
        } finally {
            if (service == null) {
                delete(state);
            }
        }
    }

    BootUri url() throws IOException {
        return BootUri.parse(service.url());
    }

    @Override
    public void close() throws IOException {
        service.close();
        delete(state);
    }

    private static void delete(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
