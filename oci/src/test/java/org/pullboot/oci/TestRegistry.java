package org.pullboot.oci;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A web server on loopback that answers from a map, as registries do; and badly where a test says so. */
final class TestRegistry implements AutoCloseable {
    /** What is answered to a path. */
    static final class Answer {
        final String head;
        final byte[] body;

        Answer(String head, byte[] body) {
            this.head = head;
            this.body = body;
        }
    }

    private final ServerSocket listener;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    final Map<String, String> protectedBy = new ConcurrentHashMap<>();
    /** "TARGET AUTHORIZATION RANGE" of each request. */
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** After how many bytes of a body the connection breaks, once for each path. */
    final Map<String, Integer> cuts = new ConcurrentHashMap<>();

    TestRegistry() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    String authority() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    TestRegistry on(String path, String type, byte[] body) {
        answers.put(path, new Answer("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n", body));
        return this;
    }

    TestRegistry on(String path, String head) {
        answers.put(path, new Answer("HTTP/1.1 " + head + "\r\n", new byte[0]));
        return this;
    }

    /** Answers only who shows this, and challenges others. */
    TestRegistry guard(String prefix, String authorization, String challenge) {
        protectedBy.put(prefix, authorization + "\n" + challenge);
        return this;
    }

    @SuppressWarnings("EmptyCatch") // The test is over.
    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            }
        } catch (IOException closed) {
        }
    }

    @SuppressWarnings("EmptyCatch") // A client that goes away is no matter of the server.
    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            String first = in.readLine();
            Map<String, String> headers = new ConcurrentHashMap<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            if (first != null) {
                answer(first.split(" ", -1)[1], headers, socket.getOutputStream());
            }
        } catch (IOException gone) {
        }
    }

    private void answer(String target, Map<String, String> headers, OutputStream out) throws IOException {
        String authorization = headers.getOrDefault("authorization", "-");
        String range = headers.getOrDefault("range", "-");
        requests.add(target + " " + authorization + " " + range);
        for (Map.Entry<String, String> guard : protectedBy.entrySet()) {
            String[] words = guard.getValue().split("\n", 2);
            if (target.startsWith(guard.getKey()) && !authorization.equals(words[0])) {
                write(out, "HTTP/1.1 401 No\r\nWWW-Authenticate: " + words[1] + "\r\nContent-Length: 0\r\n\r\n");
                return;
            }
        }
        Answer answer = answers.get(target);
        if (answer == null) {
            write(out, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        int start = range.equals("-") ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        int length = answer.body.length - start;
        String head = answer.head;
        if (start > 0) {
            head = "HTTP/1.1 206 Part\r\nContent-Range: bytes " + start + "-" + (answer.body.length - 1) + "/"
                    + answer.body.length + "\r\n";
        }
        write(out, head + "Content-Length: " + length + "\r\n\r\n");
        Integer cut = cuts.remove(target);
        out.write(answer.body, start, cut == null ? length : Math.min(cut, length));
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
