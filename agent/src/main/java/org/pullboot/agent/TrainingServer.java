package org.pullboot.agent;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The other end of the training's downloads: just enough of a web server on the loopback interface. */
final class TrainingServer implements AutoCloseable, Runnable {
    private static final int LONGEST_LINE = 4096;

    private final ServerSocket socket;
    private final Map<String, byte[]> files;

    private TrainingServer(ServerSocket socket, Map<String, byte[]> files) {
        this.socket = socket;
        this.files = files;
    }

    /**
     * Begins to serve.
     *
     * @param files by the last component of their paths
     */
    static TrainingServer start(Map<String, byte[]> files) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        TrainingServer server = new TrainingServer(socket, files);
        Thread thread = new Thread(server, "training-server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** The directory that all files are in, without a slash at its end. */
    String url() {
        InetAddress address = socket.getInetAddress();
        String host = address.getHostAddress();
        return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + socket.getLocalPort();
    }

    @Override
    public void run() {
        while (!socket.isClosed()) {
            serveOne();
        }
    }

    @SuppressWarnings("EmptyCatch")
    private void serveOne() {
        try (Socket connection = socket.accept()) {
            answer(new BufferedInputStream(connection.getInputStream()), connection.getOutputStream());
        } catch (IOException gone) {
            // Either the client tells what went wrong, or the training is over and has closed the socket.
        }
    }

    private void answer(InputStream in, OutputStream out) throws IOException {
        String request = line(in);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, "Content-Length: ", 0, 16)) {
                length = Integer.parseInt(header.substring(16));
            }
        }
        in.readNBytes(length);
        if (request.startsWith("POST ")) {
            head(out, "204 No Content", 0);
            return;
        }
        int end = request.indexOf('?') < 0 ? request.lastIndexOf(' ') : request.indexOf('?');
        byte[] file = files.get(request.substring(request.lastIndexOf('/', end) + 1, end));
        // A generation that is gone: the download goes on with the plain name.
        if (file == null || request.contains("/g/")) {
            head(out, "404 Not Found", 0);
        } else {
            head(out, "200 OK", file.length);
            out.write(file);
        }
    }

    private static void head(OutputStream out, String status, int length) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + length
                + "\r\nETag: \"1\"\r\nAccept-Ranges: bytes\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
