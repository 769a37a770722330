package org.pullboot.pull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer with (a part of) a file. The body is counted against what the header promised: one byte too few or
 * too many is a fault. Used by one thread.
 */
final class Answer implements AutoCloseable {
    private final String url;
    private final @Nullable HttpURLConnection connection;
    private final InputStream body;
    private final long start;
    private final long length;
    private final long total;
    private final @Nullable String validator;
    private final long modified;
    private final boolean kept;
    private final Duration silence;
    private long received;

    private Answer(
            String url,
            @Nullable HttpURLConnection connection,
            InputStream body,
            long start,
            long length,
            long total,
            @Nullable String validator,
            long modified,
            boolean kept,
            Duration silence) {
        this.url = url;
        this.connection = connection;
        this.body = body;
        this.start = start;
        this.length = length;
        this.total = total;
        this.validator = validator;
        this.modified = modified;
        this.kept = kept;
        this.silence = silence;
    }

    /** A file of this machine, from its start. */
    static Answer of(String url, InputStream file, long length, long modified) {
        return new Answer(url, null, file, 0, length, length, null, modified, false, Duration.ZERO);
    }

    /** A file that was kept of an earlier pull, which the server says is still the same. */
    static Answer of(String url, KeptDownload kept) throws Fault {
        try {
            long length = Files.size(kept.path());
            long modified = Files.getLastModifiedTime(kept.path()).toMillis();
            return new Answer(
                    url,
                    null,
                    Files.newInputStream(kept.path()),
                    0,
                    length,
                    length,
                    null,
                    modified,
                    true,
                    Duration.ZERO);
        } catch (IOException e) {
            throw new Fault(Fault.Kind.WRONG, "the kept download cannot be read: " + e, e);
        }
    }

    static Answer of(String url, HttpURLConnection connection, int status, long from, Duration silence)
            throws IOException {
        boolean chunked = connection.getHeaderField("Transfer-Encoding") != null;
        long length = chunked ? -1 : length(connection.getHeaderField("Content-Length"));
        long start = 0;
        long total = length;
        if (status == 206 || status == 416) {
            ContentRange range = ContentRange.parse(connection.getHeaderField("Content-Range"));
            if (status == 416) {
                throw new Fault(
                        Fault.Kind.CHANGED,
                        "the server has no bytes from " + from + " on"
                                + (range.total() < 0 ? "" : ": it now says the file has " + range.total() + " bytes"));
            }
            if (range.start() != from || (length >= 0 && range.length() != length)) {
                throw new Fault(
                        Fault.Kind.REFUSED,
                        "asked for bytes from " + from + " on, the server answers with "
                                + Text.shown(connection.getHeaderField("Content-Range")));
            }
            start = from;
            total = range.total();
            length = range.length();
        }
        return new Answer(
                url,
                connection,
                connection.getInputStream(),
                start,
                length,
                total,
                validator(connection),
                connection.getLastModified(),
                false,
                silence);
    }

    private static long length(@Nullable String header) throws Fault {
        if (header == null) {
            return -1;
        }
        long length = Numbers.parse(header.strip());
        if (length < 0) {
            throw new Fault(Fault.Kind.REFUSED, "the server says Content-Length: " + Text.shown(header));
        }
        return length;
    }

    private static @Nullable String validator(HttpURLConnection connection) {
        String tag = connection.getHeaderField("ETag");
        boolean strong = tag != null && tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\"");
        return strong ? tag : connection.getHeaderField("Last-Modified");
    }

    /** What the server says the body is, as in "application/json"; empty when it does not say. */
    String mediaType() {
        String type = connection == null ? null : connection.getHeaderField("Content-Type");
        int end = type == null ? 0 : type.indexOf(';');
        return type == null ? "" : (end < 0 ? type : type.substring(0, end)).strip();
    }

    /** The URL that was asked for first. */
    String url() {
        return url;
    }

    /** The offset in the file of the body's first byte. */
    long start() {
        return start;
    }

    /** The length of the whole file, -1 when the server does not say. */
    long total() {
        return total;
    }

    /** The strong entity tag, else the date of last change, else nothing. */
    @Nullable
    String validator() {
        return validator;
    }

    /** Whether it is what was kept of an earlier pull. */
    boolean isKept() {
        return kept;
    }

    /** When the file was changed last, in milliseconds since 1970; 0 when the server does not say. */
    long modified() {
        return modified;
    }

    /**
     * Reads on, as {@link InputStream#read(byte[], int, int)} does, for {@code length} more than 0.
     *
     * @throws Fault when the body ends early, does not end where it should, breaks, or nothing comes
     */
    int read(byte[] buffer, int offset, int count) throws Fault {
        if (received == length) {
            return -1;
        }
        // One byte more than is promised, where there is room: a body that goes on is then seen, not cut off.
        int wanted = length < 0 ? count : (int) Math.min(count, length - received + 1);
        int n;
        try {
            n = body.read(buffer, offset, wanted);
        } catch (SocketTimeoutException e) {
            throw new Fault(Fault.Kind.PASSING, "the server sent nothing for " + silence.toSeconds() + " s", e);
        } catch (IOException e) {
            throw broken(e.getMessage(), e);
        }
        if (n < 0) {
            if (length >= 0) {
                throw broken("it ended", null);
            }
            return -1;
        }
        received += n;
        if (length >= 0 && received > length) {
            throw new Fault(Fault.Kind.WRONG, "the server sends more than the " + length + " bytes that it promised");
        }
        return n;
    }

    private Fault broken(@Nullable String how, @Nullable IOException cause) {
        String message = "the connection broke after " + (start + received)
                + (total < 0 ? " bytes" : " of " + total + " bytes")
                + (how == null ? "" : " (" + how + ")");
        return cause == null ? new Fault(Fault.Kind.PASSING, message) : new Fault(Fault.Kind.PASSING, message, cause);
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.disconnect();
            return;
        }
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a file that was only read cannot be closed", e);
        }
    }
}
