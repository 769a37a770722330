package org.pullboot.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a running server takes commands: a Unix socket in the state directory. Whoever may enter that directory owns
 * the volumes anyway, so there is no token; a TCP port would need one.
 */
final class AdminSocket implements AutoCloseable {
    private final Path path;
    private final ServerSocketChannel listener;
    private final VolumeDesk desk;
    private final Events events;

    private AdminSocket(Path path, ServerSocketChannel listener, VolumeDesk desk, Events events) {
        this.path = path;
        this.listener = listener;
        this.desk = desk;
        this.events = events;
    }

    /** Starts to listen; the state directory is locked by this process, so a socket that is there is a dead one's. */
    static AdminSocket start(Path path, VolumeDesk desk, Events events) throws IOException {
        Files.deleteIfExists(path);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            listener.close();
            throw new ServeException(
                    "cannot listen on " + path + " (" + e.getMessage()
                            + "): name a --state directory with a shorter path",
                    e);
        }
        AdminSocket socket = new AdminSocket(path, listener, desk, events);
        Thread.ofPlatform().daemon().name("admin").start(socket::accept);
        return socket;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                Thread.ofPlatform().daemon().name("admin client").start(() -> serve(client));
            }
        } catch (ClosedChannelException e) {
            return;
        } catch (IOException e) {
            events.problem("The admin socket is gone (" + e.getMessage()
                    + "): pullboot volume cannot be used until the server is started again.");
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            BufferedReader in = AdminMessage.reader(Channels.newInputStream(client));
            OutputStream out = Channels.newOutputStream(client);
            for (List<String> words = AdminMessage.read(in); words != null; words = AdminMessage.read(in)) {
                out.write(answer(words).getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        } catch (IOException e) {
            events.problem("A client of the admin socket was not understood (" + e.getMessage() + ").");
        }
    }

    private String answer(List<String> words) {
        StringBuilder answer = new StringBuilder();
        try {
            for (List<String> row : desk.run(words)) {
                List<String> line = new ArrayList<>(row);
                line.addFirst("row");
                answer.append(AdminMessage.line(line));
            }
            return answer.append(AdminMessage.line(List.of(AdminMessage.OK))).toString();
        } catch (IOException | RuntimeException e) {
            String reason = e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
            return AdminMessage.line(List.of(AdminMessage.ERROR, reason));
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(path);
    }
}
