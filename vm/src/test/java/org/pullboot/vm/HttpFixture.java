package org.pullboot.vm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Serves one file under every name on a loopback port, one request per connection, and keeps the request lines. */
final class HttpFixture implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final byte[] content;

    HttpFixture(byte[] content) throws IOException {
        this.content = content.clone();
        Thread.ofPlatform().daemon().start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                answer(socket);
            } catch (IOException e) {
                requests.add("broken: " + e.getMessage());
            }
        }
    }

    private void answer(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String request = in.readLine();
        String line = request;
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        if (request == null) {
            return;
        }
        requests.add(request);
        OutputStream out = socket.getOutputStream();
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/efi\r\nContent-Length: " + content.length
                + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        if (request.startsWith("GET ")) {
            out.write(content);
        }
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
