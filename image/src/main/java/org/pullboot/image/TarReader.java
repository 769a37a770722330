package org.pullboot.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.EntryType;

/**
 * Reads a tar archive from its start to its end: ustar, pax (POSIX.1-2001) with extended attributes, GNU's long names
 * and all of its sparse formats, and the tar of Unix version 7.
 *
 * <p>For use by one thread at a time; the stream below stays the caller's.
 */
public final class TarReader {
    private static final int MOST_PAX_BYTES = 2 << 20;
    private static final String USTAR = "ustar\0";

    private final TarInput in;
    private final TarLimits limits;
    private final ByteBuffer header = ByteBuffer.allocate(TarHeader.BYTES);
    private final PaxRecords global = new PaxRecords();
    private boolean anyHeader;
    private boolean ended;
    private long contentLeft;
    private int padding;

    /**
     * Reads an archive.
     *
     * @param archive plain tar; wrap a compressed one in {@link DecompressedInputStream}
     * @param limits how large the archive, its names and its attributes may be
     */
    public TarReader(InputStream archive, TarLimits limits) {
        this.in = new TarInput(archive, limits.bytes());
        this.limits = limits;
    }

    /**
     * Goes on to the next entry, past what is left of the present one's content.
     *
     * @return nothing at the end of the archive
     * @throws ImageException when the archive is damaged, incomplete or over a limit
     * @throws IOException when it cannot be read
     */
    public Optional<TarEntry> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        finishContent();
        PaxRecords local = new PaxRecords();
        byte[] longName = null;
        byte[] longLink = null;
        while (true) {
            if (!readHeader()) {
                ended = true;
                if (longName != null || longLink != null || !local.isEmpty()) {
                    throw TarHeader.incomplete();
                }
                return Optional.empty();
            }
            byte type = header.get(TarHeader.TYPE);
            switch (type) {
                case 'x', 'X' -> local.add(extension(MOST_PAX_BYTES));
                case 'g' -> global.add(extension(MOST_PAX_BYTES));
                case 'L' -> longName = unterminated(extension(limits.nameBytes() + 1));
                case 'K' -> longLink = unterminated(extension(limits.nameBytes() + 1));
                case 'V' -> skipExtension();
                default -> {
                    return Optional.of(entry(type, local, longName, longLink));
                }
            }
        }
    }

    /** Reads the next header block; false when it is the end of the archive. */
    private boolean readHeader() throws IOException {
        if (!in.ensure(TarHeader.BYTES)) {
            if (!anyHeader && in.ready() == 0) {
                throw new ImageException("expected a tar archive, but there is nothing in it");
            }
            throw TarHeader.incomplete();
        }
        ByteBuffer buffer = in.buffer();
        header.put(0, buffer, buffer.position(), TarHeader.BYTES);
        buffer.position(buffer.position() + TarHeader.BYTES);
        if (isZero()) {
            return false;
        }
        if (!TarHeader.checksumHolds(header)) {
            throw anyHeader
                    ? TarHeader.damaged("the checksum of a header is wrong")
                    : new ImageException("expected a tar archive, but it does not begin like any");
        }
        anyHeader = true;
        return true;
    }

    private boolean isZero() {
        for (int i = 0; i < TarHeader.BYTES; i += Long.BYTES) {
            if (header.getLong(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private byte[] extension(int most) throws IOException {
        long size = TarHeader.number(header, TarHeader.SIZE, TarHeader.LONG_NUMBER);
        if (size < 0 || size > most) {
            throw new ImageException("the tar archive has a name or an extended header of " + size
                    + " bytes, but at most " + most + " are allowed here");
        }
        byte[] content = new byte[(int) size];
        beginContent(size);
        for (ByteBuffer piece = content(); piece != null; piece = content()) {
            piece.get(content, (int) (size - contentLeft - piece.remaining()), piece.remaining());
        }
        finishContent();
        return content;
    }

    private void skipExtension() throws IOException {
        long size = TarHeader.number(header, TarHeader.SIZE, TarHeader.LONG_NUMBER);
        if (size < 0) {
            throw TarHeader.damaged("a size is negative");
        }
        beginContent(size);
        finishContent();
    }

    private static byte[] unterminated(byte[] name) {
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return Arrays.copyOf(name, length);
    }

    private TarEntry entry(byte type, PaxRecords local, byte @Nullable [] longName, byte @Nullable [] longLink)
            throws IOException {
        PaxRecords pax = new PaxRecords();
        pax.addAll(global);
        pax.addAll(local);
        Optional<byte[]> paxPath = pax.value("GNU.sparse.name");
        if (paxPath.isEmpty()) {
            paxPath = pax.value("path");
        }
        byte[] path = checked(paxPath.isPresent() ? paxPath.get() : longName != null ? longName : headerName());
        Optional<byte[]> paxLink = pax.value("linkpath");
        byte[] link = checked(paxLink.isPresent() ? paxLink.get() : longLink != null ? longLink : headerLink());
        String pathText = TarEntry.text(path);
        long size = pax.number("size").orElse(TarHeader.number(header, TarHeader.SIZE, TarHeader.LONG_NUMBER));
        if (size < 0) {
            throw TarHeader.damaged("a size is negative");
        }
        TarEntry.Builder entry = switch (type) {
            case '0', 0, '7' ->
                path.length > 0 && path[path.length - 1] == '/' ? TarEntry.directory(path) : regular(path, size, pax);
            case 'S' -> oldSparse(path, size);
            case '1' -> TarEntry.hardLink(path, present(link, pathText));
            case '2' -> TarEntry.symbolicLink(path, present(link, pathText));
            case '3' -> node(path, EntryType.CHARACTER_DEVICE);
            case '4' -> node(path, EntryType.BLOCK_DEVICE);
            case '5' -> TarEntry.directory(path);
            case '6' -> TarEntry.node(path, EntryType.FIFO, 0, 0);
            case 'D' -> {
                beginContent(size);
                finishContent();
                yield TarEntry.directory(path);
            }
            default ->
                throw new ImageException("'" + pathText + "' in the tar archive is of the type '" + (char) (type & 0x7F)
                        + "', which Pullboot does not know");
        };
        entry.permissions((int) TarHeader.number(header, TarHeader.MODE, TarHeader.SHORT_NUMBER));
        entry.owner(
                pax.number("uid").orElse(TarHeader.number(header, TarHeader.UID, TarHeader.SHORT_NUMBER)),
                pax.number("gid").orElse(TarHeader.number(header, TarHeader.GID, TarHeader.SHORT_NUMBER)));
        entry.modified(TarHeader.number(header, TarHeader.MTIME, TarHeader.LONG_NUMBER), 0);
        pax.modified(entry);
        entry.attributes(pax.attributes(limits.xattrBytes(), pathText));
        return entry.build();
    }

    private byte[] checked(byte[] name) throws ImageException {
        if (name.length > limits.nameBytes()) {
            throw new ImageException("the tar archive has a name of " + name.length + " bytes, but at most "
                    + limits.nameBytes() + " are allowed here");
        }
        for (byte b : name) {
            if (b == 0) {
                throw TarHeader.damaged("a name has a zero byte in it");
            }
        }
        return name;
    }

    private byte[] headerName() {
        byte[] name = TarHeader.string(header, TarHeader.NAME, TarHeader.NAME_BYTES);
        boolean hasPrefix = FileSystemType.has(header, TarHeader.MAGIC, USTAR) && header.get(TarHeader.PREFIX) != 0;
        if (!hasPrefix) {
            return name;
        }
        return TarPath.joined(TarHeader.string(header, TarHeader.PREFIX, TarHeader.PREFIX_BYTES), name);
    }

    private byte[] headerLink() {
        return TarHeader.string(header, TarHeader.LINK_NAME, TarHeader.LINK_NAME_BYTES);
    }

    private static byte[] present(byte[] link, String path) throws ImageException {
        if (link.length == 0) {
            throw TarHeader.damaged("the link '" + path + "' leads to nothing");
        }
        return link;
    }

    private TarEntry.Builder node(byte[] path, EntryType type) throws ImageException {
        long major = TarHeader.number(header, TarHeader.DEV_MAJOR, TarHeader.SHORT_NUMBER);
        long minor = TarHeader.number(header, TarHeader.DEV_MINOR, TarHeader.SHORT_NUMBER);
        if (major < 0 || major > 0xFFF || minor < 0 || minor > 0xFFFFF) {
            throw TarHeader.damaged("Linux has no device number " + major + ":" + minor);
        }
        return TarEntry.node(path, type, (int) major, (int) minor);
    }

    private TarEntry.Builder regular(byte[] path, long size, PaxRecords pax) throws IOException {
        beginContent(size);
        if (pax.number("GNU.sparse.major").orElse(0L) > 0) {
            long real = pax.number("GNU.sparse.realsize").orElseThrow(() -> lacksSize());
            SparseMap map = new SparseMap();
            contentLeft -= map.read(in, contentLeft);
            return TarEntry.file(path, real).extents(map.checked(real, contentLeft));
        }
        SparseMap map = SparseMap.of(pax);
        if (map == null) {
            return TarEntry.file(path, size);
        }
        long real = pax.number("GNU.sparse.size").orElseThrow(() -> lacksSize());
        return TarEntry.file(path, real).extents(map.checked(real, size));
    }

    private static ImageException lacksSize() {
        return TarHeader.damaged("a sparse file has no size");
    }

    private TarEntry.Builder oldSparse(byte[] path, long size) throws IOException {
        SparseMap map = new SparseMap();
        map.addOld(header, TarHeader.GNU_SPARSE, TarHeader.GNU_SPARSE_COUNT);
        long real = TarHeader.number(header, TarHeader.GNU_REAL_SIZE, TarHeader.LONG_NUMBER);
        boolean more = header.get(TarHeader.GNU_SPARSE_MORE) != 0;
        if (more) {
            // The header is wanted afterwards too.
            ByteBuffer block = ByteBuffer.allocate(TarHeader.BYTES);
            while (more) {
                if (!in.ensure(TarHeader.BYTES)) {
                    throw TarHeader.incomplete();
                }
                ByteBuffer buffer = in.buffer();
                block.put(0, buffer, buffer.position(), TarHeader.BYTES);
                buffer.position(buffer.position() + TarHeader.BYTES);
                map.addOld(block, 0, TarHeader.GNU_EXTENSION_COUNT);
                more = block.get(TarHeader.GNU_EXTENSION_MORE) != 0;
            }
        }
        beginContent(size);
        return TarEntry.file(path, real).extents(map.checked(real, size));
    }

    private void beginContent(long size) {
        contentLeft = size;
        padding = (int) (-size & (TarHeader.BYTES - 1));
    }

    private void finishContent() throws IOException {
        if (!in.skip(contentLeft) || !in.skip(padding)) {
            throw TarHeader.incomplete();
        }
        contentLeft = 0;
        padding = 0;
    }

    /**
     * The next piece of the present entry's content as it is in the archive, {@code null} at its end; the pieces of a
     * sparse file follow each other without its holes. The piece must be used before the next call of anything here.
     */
    @Nullable
    ByteBuffer content() throws IOException {
        if (contentLeft == 0) {
            return null;
        }
        if (!in.ensure(1)) {
            throw TarHeader.incomplete();
        }
        ByteBuffer buffer = in.buffer();
        int bytes = (int) Math.min(contentLeft, buffer.remaining());
        ByteBuffer piece = buffer.slice(buffer.position(), bytes);
        buffer.position(buffer.position() + bytes);
        contentLeft -= bytes;
        return piece;
    }

    /**
     * Writes the content of the entry that {@link #next} gave last, holes and all.
     *
     * @param entry that entry
     */
    public void copyContent(TarEntry entry, OutputStream target) throws IOException {
        List<TarEntry.Extent> extents = entry.extents();
        byte[] chunk = new byte[8192];
        long at = 0;
        int extent = 0;
        long inExtent = 0;
        for (ByteBuffer piece = content(); piece != null; piece = content()) {
            while (piece.hasRemaining()) {
                int bytes = Math.min(chunk.length, piece.remaining());
                if (extents != null) {
                    TarEntry.Extent present = extents.get(extent);
                    at = zeros(target, chunk, at, present.offset() + inExtent);
                    bytes = (int) Math.min(bytes, present.bytes() - inExtent);
                    inExtent += bytes;
                    if (inExtent == present.bytes()) {
                        extent++;
                        inExtent = 0;
                    }
                }
                piece.get(chunk, 0, bytes);
                target.write(chunk, 0, bytes);
                at += bytes;
            }
        }
        zeros(target, chunk, at, entry.size());
    }

    private static long zeros(OutputStream target, byte[] chunk, long from, long to) throws IOException {
        long at = from;
        if (at < to) {
            Arrays.fill(chunk, (byte) 0);
        }
        while (at < to) {
            int bytes = (int) Math.min(chunk.length, to - at);
            target.write(chunk, 0, bytes);
            at += bytes;
        }
        return at;
    }

    /** Reads the stream below to its end, so that it sees whether all of it was in order. */
    void drain() throws IOException {
        in.drain();
    }
}
