package org.pullboot.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pullboot.uki.PeFile;
import org.pullboot.uki.PeSection;
import org.pullboot.uki.UkiSelection;

/**
 * A PE image on a web server, in a temporary file. Of a server that gives ranges only the parts that are looked at are fetched; the
 * rest of the file are holes. Closing it deletes the file.
 */
final class RemoteImage implements AutoCloseable {
    private static final int HEAD = 256 << 10;
    /** Nearer ranges than these are one: a request costs more than so many bytes. */
    private static final int GAP = 64 << 10;

    private static final long MOST = 0xFFFFFFFFL;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    private final URI uri;
    private final Path file;
    private Optional<String> tag = Optional.empty();
    private long size;
    private long headEnd;

    private record Range(long from, long to) {}

    private RemoteImage(URI uri) throws IOException {
        this.uri = uri;
        this.file = Files.createTempFile("pullboot", ".efi");
    }

    /** Whether it is the name of one, and not of a file here. */
    static boolean isUrl(String name) {
        return name.startsWith("http://") || name.startsWith("https://");
    }

    /**
     * Fetches what is looked at.
     *
     * @throws IOException when the server does not give it, or it is no PE image
     */
    static RemoteImage fetch(String url, UkiSelection selection) throws IOException {
        RemoteImage image = new RemoteImage(URI.create(url));
        try (FileChannel target = FileChannel.open(image.file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (image.begin(target)) {
                for (Range range : image.ranges(target, selection)) {
                    image.fetch(target, range);
                }
            }
            return image;
        } catch (IOException | RuntimeException e) {
            image.close();
            throw e;
        }
    }

    /** Where it is now. */
    Path file() {
        return file;
    }

    /** Fetches the headers, or all if the server knows no ranges; whether there is more to fetch. */
    private boolean begin(FileChannel target) throws IOException {
        HttpURLConnection connection = connect(new Range(0, HEAD));
        try (InputStream in = body(connection)) {
            if (connection.getResponseCode() == HttpURLConnection.HTTP_PARTIAL) {
                Range range = checkRange(connection, 0);
                tag = Optional.ofNullable(connection.getHeaderField("ETag")).filter(value -> value.startsWith("\""));
                copy(in, target, range);
                headEnd = range.to;
                if (headEnd < size) {
                    // Makes the file as long as the image, with nothing in between.
                    target.write(ByteBuffer.allocate(1), size - 1);
                }
                return headEnd < size;
            }
            long length = connection.getContentLengthLong();
            size = length < 0 ? MOST : length;
            checkSize();
            long copied = target.transferFrom(Channels.newChannel(in), 0, size);
            if (length >= 0 && copied < length) {
                throw cutOff(copied, length);
            }
            return false;
        }
    }

    private List<Range> ranges(FileChannel target, UkiSelection selection) throws IOException {
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(HEAD, headEnd));
        while (head.hasRemaining() && target.read(head, head.position()) > 0) {
            // More to come.
        }
        PeFile pe = PeFile.parse(head.flip(), size);
        List<Range> wanted = new ArrayList<>();
        for (PeSection section : pe.sections()) {
            if (selection.takes(section.name())) {
                wanted.add(new Range(section.rawOffset(), section.rawOffset() + section.contentSize()));
            }
        }
        if (pe.isSigned()) {
            wanted.add(
                    new Range(pe.certificateOffset(), Math.min(size, pe.certificateOffset() + pe.certificateSize())));
        }
        wanted.sort(Comparator.comparingLong(Range::from));
        List<Range> merged = new ArrayList<>();
        Range last = new Range(0, headEnd);
        for (Range range : wanted) {
            if (range.to <= last.to) {
                continue;
            }
            Range next = new Range(Math.max(range.from, last.to), range.to);
            if (!merged.isEmpty() && next.from - last.to <= GAP) {
                next = new Range(merged.removeLast().from, range.to);
            }
            merged.add(next);
            last = next;
        }
        return merged;
    }

    private void fetch(FileChannel target, Range range) throws IOException {
        HttpURLConnection connection = connect(range);
        try (InputStream in = body(connection)) {
            long before = size;
            Range given = checkRange(connection, range.from);
            if (given.to != range.to || size != before) {
                throw new IOException(uri + " was replaced by another file while it was read: try again");
            }
            copy(in, target, range);
        }
    }

    private HttpURLConnection connect(Range range) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setRequestProperty("Range", "bytes=" + range.from + "-" + (range.to - 1));
        tag.ifPresent(value -> connection.setRequestProperty("If-Match", value));
        return connection;
    }

    private InputStream body(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_PRECON_FAILED) {
            throw new IOException(uri + " was replaced by another file while it was read: try again");
        }
        if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_PARTIAL) {
            throw new IOException(uri + " cannot be read: the server answered " + status);
        }
        return connection.getInputStream();
    }

    /** What the server says that it gives; sets the image's size. */
    private Range checkRange(HttpURLConnection connection, long from) throws IOException {
        String field = String.valueOf(connection.getHeaderField("Content-Range"));
        Matcher matcher = CONTENT_RANGE.matcher(field);
        if (connection.getResponseCode() != HttpURLConnection.HTTP_PARTIAL
                || !matcher.matches()
                || Long.parseLong(matcher.group(1)) != from) {
            throw new IOException(uri + ": asked for bytes from " + from + " on, the server gave '" + field + "'");
        }
        size = Long.parseLong(matcher.group(3));
        checkSize();
        long to = Long.parseLong(matcher.group(2)) + 1;
        if (to > size || to <= from) {
            throw new IOException(uri + ": the server gave '" + field + "', which is no range");
        }
        return new Range(from, to);
    }

    private void checkSize() throws IOException {
        if (size > MOST) {
            throw new IOException(uri + " has " + size + " bytes, but a PE image has less than 4 GiB");
        }
    }

    private void copy(InputStream in, FileChannel target, Range range) throws IOException {
        long copied = target.transferFrom(Channels.newChannel(in), range.from, range.to - range.from);
        if (copied < range.to - range.from) {
            throw cutOff(copied, range.to - range.from);
        }
    }

    private IOException cutOff(long copied, long expected) {
        return new IOException(
                uri + ": the connection ended after " + copied + " of " + expected + " bytes: try again");
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
