package org.pullboot.e2e;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A web server with one file, which treats the first requests for it as it is told and later ones well. Everything else is
 * not found. Ranges work; connections end after one answer.
 */
final class FaultServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("(?i)range: bytes=(\\d+)-(\\d*)");
    private static final int PIECE = 64 * 1024;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Path file;
    private final Deque<Fault> faults;
    private final List<String> requests = new ArrayList<>();

    FaultServer(Path file, Fault... faults) throws IOException {
        this.file = file;
        this.faults = new ArrayDeque<>(List.of(faults));
        Thread.ofPlatform().daemon().name("fault server").start(this::accept);
    }

    /** The URL of the directory that the file is in, with its slash. */
    String directory() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    /** The requests for the file so far: method, then the range when there was one. */
    List<String> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                Thread.ofPlatform().daemon().name("fault server connection").start(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String request = reader.readLine();
            if (request == null) {
                return;
            }
            long from = -1;
            long to = -1;
            for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                Matcher range = RANGE.matcher(line);
                if (range.matches()) {
                    from = Long.parseLong(range.group(1));
                    to = range.group(2).isEmpty() ? -1 : Long.parseLong(range.group(2));
                }
            }
            answer(socket, request, from, to);
        } catch (IOException e) {
            // The client went away, or the test is over.
        } finally {
            connections.remove(socket);
        }
    }

    private void answer(Socket socket, String request, long from, long to) throws IOException {
        var out = new BufferedOutputStream(socket.getOutputStream(), PIECE);
        String[] words = request.split(" ", -1);
        if (words.length < 2 || !words[1].equals("/" + file.getFileName())) {
            head(out, "404 Not Found", 0, "");
            out.flush();
            return;
        }
        boolean body = words[0].equals("GET");
        Fault fault = new Fault.None();
        synchronized (requests) {
            requests.add(from < 0 ? words[0] : words[0] + " from " + from);
            if (body) {
                fault = faults.isEmpty() ? fault : faults.remove();
            }
        }
        if (fault instanceof Fault.Refuse(int status)) {
            head(out, status + " Refused", 0, "");
            out.flush();
            return;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            long size = fault instanceof Fault.Cut(long length) ? length : channel.size();
            String tag = "ETag: \"" + channel.size() + "\"\r\nAccept-Ranges: bytes\r\n";
            if (from >= size) {
                head(out, "416 Range Not Satisfiable", 0, "Content-Range: bytes */" + size + "\r\n");
            } else if (from >= 0) {
                long end = to < 0 ? size - 1 : Math.min(to, size - 1);
                head(
                        out,
                        "206 Partial Content",
                        end + 1 - from,
                        tag + "Content-Range: bytes " + from + "-" + end + "/" + size + "\r\n");
                send(socket, out, channel, from, body ? end + 1 : from, fault);
            } else {
                head(out, "200 OK", size, tag);
                send(socket, out, channel, 0, body ? size : 0, fault);
            }
        }
        out.flush();
    }

    private static void head(OutputStream out, String status, long length, String more) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\nContent-Length: " + length + "\r\n" + more + "Connection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void send(Socket socket, OutputStream out, FileChannel channel, long from, long to, Fault fault)
            throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        long position = from;
        while (position < to) {
            long stop = switch (fault) {
                case Fault.Drop(long after) -> after;
                case Fault.Close(long after) -> after;
                case Fault.Stall(long after) -> after;
                default -> Long.MAX_VALUE;
            };
            if (position - from >= stop) {
                out.flush();
                misbehave(socket, fault);
                return;
            }
            piece.clear().limit((int) Math.min(PIECE, Math.min(to - position, stop - (position - from))));
            int n = channel.read(piece, position);
            if (fault instanceof Fault.Corrupt(long bad) && bad >= position && bad < position + n) {
                piece.array()[(int) (bad - position)] ^= 1;
            }
            out.write(piece.array(), 0, n);
            position += n;
        }
    }

    private static void misbehave(Socket socket, Fault fault) throws IOException {
        switch (fault) {
            case Fault.Drop drop -> socket.setSoLinger(true, 0);
            // Ends when the client gives up, which is what it is to do.
            case Fault.Stall stall -> {
                if (socket.getInputStream().read() >= 0) {
                    throw new IOException("a second request on a connection that is to be closed");
                }
            }
            default -> {}
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : connections) {
            socket.close();
        }
    }
}
