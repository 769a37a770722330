package org.pullboot.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.pullboot.linux.EntryType;

/**
 * Writes a tar archive: ustar, with pax headers (POSIX.1-2001) where ustar cannot say it.
 *
 * <p>The same entries in the same order make the same bytes, on every machine. Owners have numbers and no names. For use
 * by one thread at a time.
 */
public final class TarWriter implements AutoCloseable {
    private static final int RECORD_BYTES = 20 * TarHeader.BYTES;
    private static final long MOST_OCTAL_7 = 07777777;
    private static final long MOST_OCTAL_11 = 077777777777L;
    private static final byte[] PAX_NAME = "PaxHeaders/entry".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream target;
    private long written;
    private boolean closed;

    /** Writes to a stream, which is closed with the writer. */
    public TarWriter(OutputStream target) {
        this.target = target;
    }

    /**
     * Adds an entry without content.
     *
     * @throws IllegalArgumentException when it is a file of more than no bytes
     */
    public void add(TarEntry entry) throws IOException {
        add(entry, InputStream.nullInputStream());
    }

    /**
     * Adds an entry.
     *
     * @param content what is in a regular file: exactly as many bytes as the entry says
     * @throws ImageException when the content is shorter or longer than that
     */
    public void add(TarEntry entry, InputStream content) throws IOException {
        begin(entry);
        long size = written;
        content.transferTo(counting());
        end(entry, written - size);
    }

    /**
     * Adds an entry with the content that comes next in another archive; it is written in full when it is sparse there.
     *
     * @param content that archive, at the entry that this one is made from
     */
    void add(TarEntry entry, TarReader content) throws IOException {
        begin(entry);
        long size = written;
        if (entry.is(EntryType.REGULAR)) {
            content.copyContent(entry, counting());
        }
        end(entry, written - size);
    }

    private void begin(TarEntry entry) throws IOException {
        byte[] path = entry.is(EntryType.DIRECTORY) ? withSlash(entry.path()) : entry.path();
        ByteArrayOutputStream pax = new ByteArrayOutputStream();
        int split = split(path);
        if (split < 0) {
            record(pax, "path", path);
        }
        if (entry.linkTarget().length > TarHeader.LINK_NAME_BYTES) {
            record(pax, "linkpath", entry.linkTarget());
        }
        number(pax, "size", entry.size(), MOST_OCTAL_11);
        number(pax, "uid", entry.uid(), MOST_OCTAL_7);
        number(pax, "gid", entry.gid(), MOST_OCTAL_7);
        if (entry.mtimeNanos() != 0 || entry.mtimeSeconds() < 0 || entry.mtimeSeconds() > MOST_OCTAL_11) {
            record(pax, "mtime", text(time(entry.mtimeSeconds(), entry.mtimeNanos())));
        }
        for (TarEntry.Attribute attribute : entry.attributes()) {
            String name = new String(attribute.name(), StandardCharsets.UTF_8);
            String escaped = name.replace("%", "%25").replace("=", "%3D");
            record(pax, "SCHILY.xattr." + escaped, attribute.value());
        }
        if (pax.size() > 0) {
            write(header('x', PAX_NAME, 0, new byte[0], 0644, 0, 0, pax.size(), 0, 0, 0));
            write(pax.toByteArray());
            pad(TarHeader.BYTES);
        }
        write(header(
                typeFlag(entry),
                split < 0 ? Arrays.copyOf(path, TarHeader.NAME_BYTES) : path,
                Math.max(0, split),
                entry.linkTarget(),
                entry.permissions(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                Math.max(0, entry.mtimeSeconds()),
                entry.major(),
                entry.minor()));
    }

    private void end(TarEntry entry, long size) throws IOException {
        if (size != entry.size()) {
            throw new ImageException("expected " + entry.size() + " bytes in '" + entry + "', but there are " + size
                    + ": did it change meanwhile?");
        }
        pad(TarHeader.BYTES);
    }

    private OutputStream counting() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                target.write(b);
                written++;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                target.write(bytes, offset, length);
                written += length;
            }
        };
    }

    private static byte[] withSlash(byte[] path) {
        if (path.length > 0 && path[path.length - 1] == '/') {
            return path;
        }
        byte[] longer = Arrays.copyOf(path, path.length + 1);
        longer[path.length] = '/';
        return longer;
    }

    /** Where to cut a path into prefix and name: 0 when it fits the name alone, -1 when it fits nowhere. */
    private static int split(byte[] path) {
        if (path.length <= TarHeader.NAME_BYTES) {
            return 0;
        }
        int first = path.length - TarHeader.NAME_BYTES - 1;
        for (int at = Math.max(1, first); at <= Math.min(TarHeader.PREFIX_BYTES, path.length - 2); at++) {
            if (path[at] == '/') {
                return at;
            }
        }
        return -1;
    }

    private static void number(ByteArrayOutputStream pax, String key, long value, long most) {
        if (value > most) {
            record(pax, key, text(Long.toString(value)));
        }
    }

    private static String time(long seconds, int nanos) {
        // A negative time with a fraction counts away from zero in decimal notation.
        boolean negative = seconds < 0;
        long whole = negative && nanos > 0 ? seconds + 1 : seconds;
        int part = negative && nanos > 0 ? 1_000_000_000 - nanos : nanos;
        String digits = Integer.toString(1_000_000_000 + part).substring(1);
        String sign = negative && whole == 0 ? "-" : "";
        return part == 0 ? Long.toString(seconds) : sign + whole + "." + digits;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Adds "LENGTH KEY=VALUE\n", whose length counts its own digits. */
    private static void record(ByteArrayOutputStream pax, String key, byte[] value) {
        byte[] name = text(key);
        int rest = 1 + name.length + 1 + value.length + 1;
        int length = rest + digits(rest);
        if (rest + digits(length) > length) {
            length++;
        }
        pax.writeBytes(text(length + " "));
        pax.writeBytes(name);
        pax.write('=');
        pax.writeBytes(value);
        pax.write('\n');
    }

    private static int digits(int number) {
        return Integer.toString(number).length();
    }

    private static char typeFlag(TarEntry entry) {
        EntryType type = entry.type();
        if (type == null) {
            return '1';
        }
        return switch (type) {
            case REGULAR -> '0';
            case SYMBOLIC_LINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
            case SOCKET ->
                throw new IllegalArgumentException("a tar archive has no sockets, but '" + entry + "' is one");
        };
    }

    private static byte[] header(
            char type,
            byte[] path,
            int split,
            byte[] link,
            int permissions,
            long uid,
            long gid,
            long size,
            long mtime,
            int major,
            int minor) {
        ByteBuffer header = ByteBuffer.allocate(TarHeader.BYTES);
        int nameAt = split == 0 ? 0 : split + 1;
        header.put(TarHeader.NAME, path, nameAt, path.length - nameAt);
        header.put(TarHeader.PREFIX, path, 0, split);
        header.put(TarHeader.LINK_NAME, link, 0, Math.min(link.length, TarHeader.LINK_NAME_BYTES));
        octal(header, TarHeader.MODE, TarHeader.SHORT_NUMBER, permissions);
        octal(header, TarHeader.UID, TarHeader.SHORT_NUMBER, uid > MOST_OCTAL_7 ? 0 : uid);
        octal(header, TarHeader.GID, TarHeader.SHORT_NUMBER, gid > MOST_OCTAL_7 ? 0 : gid);
        octal(header, TarHeader.SIZE, TarHeader.LONG_NUMBER, size > MOST_OCTAL_11 ? 0 : size);
        octal(header, TarHeader.MTIME, TarHeader.LONG_NUMBER, mtime > MOST_OCTAL_11 ? 0 : mtime);
        octal(header, TarHeader.DEV_MAJOR, TarHeader.SHORT_NUMBER, major);
        octal(header, TarHeader.DEV_MINOR, TarHeader.SHORT_NUMBER, minor);
        header.put(TarHeader.TYPE, (byte) type);
        header.put(TarHeader.MAGIC, text("ustar\u000000"));
        // Six digits, a zero, a blank: as every tar has written it since Unix version 7.
        octal(header, TarHeader.CHECKSUM, TarHeader.CHECKSUM_BYTES - 1, TarHeader.checksum(header, false));
        header.put(TarHeader.CHECKSUM + TarHeader.CHECKSUM_BYTES - 1, (byte) ' ');
        return header.array();
    }

    private static void octal(ByteBuffer header, int at, int bytes, long number) {
        long left = number;
        for (int i = at + bytes - 2; i >= at; i--) {
            header.put(i, (byte) ('0' + (left & 7)));
            left >>>= 3;
        }
    }

    private void write(byte[] bytes) throws IOException {
        target.write(bytes);
        written += bytes.length;
    }

    private void pad(int unit) throws IOException {
        write(new byte[(int) (-written & (unit - 1))]);
    }

    /** Writes the end of the archive and closes the stream. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (target) {
            end();
        }
    }

    /** Writes the end of the archive and leaves the stream open. */
    void end() throws IOException {
        write(new byte[2 * TarHeader.BYTES]);
        write(new byte[(int) ((RECORD_BYTES - written % RECORD_BYTES) % RECORD_BYTES)]);
    }
}
