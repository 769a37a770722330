package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** An HTTP server on loopback that behaves, and misbehaves, as a test tells it: the nth request of a path gets its nth reply, later ones its last. */
final class ScriptedServer implements AutoCloseable {
    /** What a client asked. */
    record Request(String method, String target, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    /** Writes an answer; the connection is closed after it. */
    interface Reply {
        void to(Request request, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Map<String, List<Reply>> replies = new HashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    ScriptedServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    String url(String path) {
        return "http://127.0.0.1:" + listener.getLocalPort() + path;
    }

    synchronized ScriptedServer on(String path, Reply... script) {
        replies.put(path, new ArrayList<>(Arrays.asList(script)));
        return this;
    }

    List<Request> requests() {
        return requests;
    }

    List<String> targets() {
        return requests.stream().map(Request::target).toList();
    }

    List<String> headers(String name) {
        return requests.stream().map(request -> request.header(name)).toList();
    }

    private void run(Runnable task) {
        Thread thread = Thread.ofPlatform().daemon().unstarted(task);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                run(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    @SuppressWarnings("EmptyCatch") // A client that goes away is part of most scripts.
    private void serve(Socket socket) {
        try (socket) {
            Request request = read(new BufferedInputStream(socket.getInputStream()));
            requests.add(request);
            next(request.target()).to(request, socket.getOutputStream());
            socket.getOutputStream().flush();
        } catch (IOException | InterruptedException gone) {
        }
    }

    private synchronized Reply next(String path) {
        List<Reply> script = replies.get(path);
        if (script == null) {
            return status(404);
        }
        return script.size() > 1 ? script.removeFirst() : script.getFirst();
    }

    private static Request read(InputStream in) throws IOException {
        String[] first = line(in).split(" ", 3);
        if (first.length < 3) {
            throw new IOException("the client does not speak HTTP");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Request(first[0], first[1], headers, new String(body, UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the client went away");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    static Reply status(int status) {
        return text("HTTP/1.1 " + status + " X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }

    static Reply redirect(int status, String to) {
        return text(
                "HTTP/1.1 " + status + " X\r\nLocation: " + to + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }

    static Reply text(String text) {
        return (request, out) -> out.write(text.getBytes(ISO_8859_1));
    }

    static File file(byte[] content) {
        return new File(content);
    }

    /** Says nothing until the test is over. */
    Reply silence() {
        return (request, out) -> closing.await();
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        listener.close();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted while the server ended");
            }
        }
    }

    /** A file, served well unless told otherwise. */
    static final class File implements Reply {
        private final byte[] content;
        private String etag = "";
        private String lastModified = "";
        private boolean ranges = true;
        private boolean chunked;
        private long claim = -1;
        private long rangeTotal = -1;
        private int cutAfter = Integer.MAX_VALUE;
        private int most = Integer.MAX_VALUE;
        private byte[] extra = {};
        private @Nullable ScriptedServer stalling;

        private File(byte[] content) {
            this.content = content;
        }

        File etag(String tag) {
            etag = tag;
            return this;
        }

        File lastModified(String date) {
            lastModified = date;
            return this;
        }

        File withoutRanges() {
            ranges = false;
            return this;
        }

        File chunked() {
            chunked = true;
            return this;
        }

        /** Claims another length than it has. */
        File claiming(long length) {
            claim = length;
            return this;
        }

        /** Claims another total in ranges. */
        File claimingTotal(long total) {
            rangeTotal = total;
            return this;
        }

        /** Closes the connection after so many bytes of body. */
        File cutAfter(int bytes) {
            cutAfter = bytes;
            return this;
        }

        /** Sends ranges of at most so many bytes. */
        File atMost(int bytes) {
            most = bytes;
            return this;
        }

        /** Says nothing more after the bytes of {@link #cutAfter}. */
        File thenSilent(ScriptedServer server) {
            stalling = server;
            return this;
        }

        /** Sends more than it promises. */
        File thenExtra(byte[] bytes) {
            extra = bytes;
            return this;
        }

        @Override
        public void to(Request request, OutputStream out) throws IOException, InterruptedException {
            String range = request.header("Range");
            String condition = request.header("If-Range");
            boolean matches = condition.isEmpty() || condition.equals(etag) || condition.equals(lastModified);
            boolean part = ranges && !range.isEmpty() && matches;
            int start = part ? Integer.parseInt(range.substring("bytes=".length(), range.length() - 1)) : 0;
            StringBuilder head = new StringBuilder();
            if (start >= content.length && part) {
                head.append("HTTP/1.1 416 X\r\nContent-Range: bytes */").append(content.length);
                out.write(
                        head.append("\r\nContent-Length: 0\r\n\r\n").toString().getBytes(ISO_8859_1));
                return;
            }
            int end = part ? (int) Math.min(content.length, (long) start + most) : content.length;
            head.append(part ? "HTTP/1.1 206 X\r\n" : "HTTP/1.1 200 X\r\n").append("Connection: close\r\n");
            if (part) {
                long total = rangeTotal < 0 ? content.length : rangeTotal;
                head.append("Content-Range: bytes " + start + "-" + (end - 1) + "/" + total + "\r\n");
            }
            if (chunked) {
                head.append("Transfer-Encoding: chunked\r\n");
            } else if (claim != 0) {
                head.append("Content-Length: ")
                        .append(claim < 0 ? end - start : claim)
                        .append("\r\n");
            }
            head.append(etag.isEmpty() ? "" : "ETag: " + etag + "\r\n");
            head.append(lastModified.isEmpty() ? "" : "Last-Modified: " + lastModified + "\r\n");
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            answer.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
            boolean whole = body(Arrays.copyOfRange(content, start, end), answer);
            // In one piece, so that what a client sees does not depend on when it looks.
            out.write(answer.toByteArray());
            out.flush();
            if (stalling != null && !whole) {
                stalling.closing.await();
            }
        }

        private boolean body(byte[] body, ByteArrayOutputStream out) {
            int length = Math.min(cutAfter, body.length);
            boolean whole = length == body.length;
            if (chunked) {
                out.writeBytes((Integer.toHexString(body.length) + "\r\n").getBytes(ISO_8859_1));
            }
            out.write(body, 0, length);
            if (whole) {
                out.writeBytes(extra);
            }
            if (whole && chunked) {
                out.writeBytes("\r\n0\r\n\r\n".getBytes(ISO_8859_1));
            }
            return whole;
        }
    }
}
