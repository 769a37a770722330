package org.pullboot.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Directory;
import org.pullboot.linux.EntryStatus;
import org.pullboot.linux.EntryType;
import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.WritableFile;

/** One run of {@link TarExtractor}. */
final class TarExtraction implements AutoCloseable {
    private static final int IMPLIED_DIRECTORY_PERMISSIONS = 0755;
    private static final int PLAIN_PERMISSIONS = 0777;
    private static final long NO_ID = 0xFFFF_FFFFL;

    private final Directory root;
    private final TarLimits limits;
    private final TarAttributes attributes;
    /** What directories are to be like in the end: what is put into them later would change their times again. */
    private final Map<TarPath, TarEntry> directories = new HashMap<>();

    private @Nullable TarPath parentPath;
    private @Nullable Directory parent;
    private long entries;
    private long dataBytes;

    TarExtraction(Directory root, TarLimits limits) {
        this.root = root;
        this.limits = limits;
        this.attributes = new TarAttributes(limits.asRoot());
    }

    TarSummary run(TarReader reader) throws IOException {
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            extract(entry.get(), reader);
        }
        reader.drain();
        finish();
        return summary(OsTree.hoist(root));
    }

    TarSummary summary(boolean hoisted) {
        return new TarSummary(entries, dataBytes, attributes.leftOut(), hoisted);
    }

    /**
     * Makes one entry.
     *
     * @param content where a regular file's content is, as it comes next
     */
    void extract(TarEntry entry, TarReader content) throws IOException {
        entries++;
        if (entries > limits.entries()) {
            throw new ImageException("the tar archive has more than the " + limits.entries() + " entries allowed here");
        }
        TarPath path = TarPath.of(entry.path(), "the entry");
        checkOwner(entry);
        EntryType type = entry.type();
        if (path.isEmpty()) {
            if (type != EntryType.DIRECTORY) {
                throw new ImageException("the tar archive has an entry without a name: it is refused");
            }
            directories.put(path, entry);
            return;
        }
        Directory in = parent(path.parent());
        byte[] name = path.name();
        if (type == null) {
            hardLink(in, name, path, entry);
            return;
        }
        switch (type) {
            case REGULAR -> file(in, name, entry, content);
            case DIRECTORY -> {
                directory(in, name, entry);
                directories.put(path, entry);
            }
            case SYMBOLIC_LINK -> {
                makeWay(in, name, entry, () -> in.symbolicLink(name, entry.linkTarget()));
                if (limits.asRoot()) {
                    in.owner(name, (int) entry.uid(), (int) entry.gid());
                }
                attributes.restore(entry, in, name);
                in.modified(name, entry.mtimeSeconds(), entry.mtimeNanos());
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> node(in, name, type, entry);
        }
    }

    static void checkOwner(TarEntry entry) throws ImageException {
        if (entry.uid() < 0 || entry.uid() >= NO_ID || entry.gid() < 0 || entry.gid() >= NO_ID) {
            throw TarHeader.damaged("'" + entry + "' belongs to " + entry.uid() + ":" + entry.gid());
        }
    }

    private int permissions(TarEntry entry) {
        return limits.asRoot() ? entry.permissions() : entry.permissions() & PLAIN_PERMISSIONS;
    }

    private void file(Directory in, byte[] name, TarEntry entry, TarReader content) throws IOException {
        if (entry.size() > limits.bytes()) {
            throw new ImageException("'" + entry + "' in the tar archive is of " + entry.size() + " bytes, but at most "
                    + limits.bytes() + " are allowed here");
        }
        try (WritableFile file = create(in, name, entry)) {
            long end = entry.extents() == null ? content(file, content) : pieces(file, content, entry.extents());
            if (end < entry.size()) {
                file.resize(entry.size());
            }
            if (limits.asRoot()) {
                file.owner((int) entry.uid(), (int) entry.gid());
            }
            attributes.restore(entry, file);
            file.permissions(permissions(entry));
            file.modified(entry.mtimeSeconds(), entry.mtimeNanos());
        }
    }

    private WritableFile create(Directory in, byte[] name, TarEntry entry) throws IOException {
        try {
            return in.createFile(name);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            clear(in, name, entry);
            return in.createFile(name);
        }
    }

    private long content(WritableFile file, TarReader reader) throws IOException {
        long at = 0;
        for (ByteBuffer piece = reader.content(); piece != null; piece = reader.content()) {
            int bytes = piece.remaining();
            file.write(piece, at);
            at += bytes;
            dataBytes += bytes;
        }
        return at;
    }

    private long pieces(WritableFile file, TarReader reader, List<TarEntry.Extent> extents) throws IOException {
        long end = 0;
        ByteBuffer piece = reader.content();
        for (TarEntry.Extent extent : extents) {
            long at = extent.offset();
            end = at + extent.bytes();
            while (at < end && piece != null) {
                int bytes = (int) Math.min(piece.remaining(), end - at);
                int limit = piece.limit();
                file.write(piece.limit(piece.position() + bytes), at);
                piece.limit(limit);
                at += bytes;
                dataBytes += bytes;
                if (!piece.hasRemaining()) {
                    piece = reader.content();
                }
            }
        }
        return end;
    }

    private void directory(Directory in, byte[] name, TarEntry entry) throws IOException {
        try {
            in.makeDirectory(name);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            Optional<EntryStatus> present = in.status(name);
            if (present.isPresent() && present.get().type() != EntryType.DIRECTORY) {
                clear(in, name, entry);
                in.makeDirectory(name);
            }
        }
    }

    private void node(Directory in, byte[] name, EntryType type, TarEntry entry) throws IOException {
        if (!limits.asRoot() && type != EntryType.FIFO) {
            throw new ImageException("'" + entry + "' in the tar archive is a device node, which is not allowed here");
        }
        makeWay(in, name, entry, () -> in.node(name, type, entry.major(), entry.minor()));
        if (limits.asRoot()) {
            in.owner(name, (int) entry.uid(), (int) entry.gid());
        }
        attributes.restore(entry, in, name);
        in.permissions(name, permissions(entry));
        in.modified(name, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    private void hardLink(Directory in, byte[] name, TarPath path, TarEntry entry) throws IOException {
        TarPath target = TarPath.of(entry.linkTarget(), "the target of the hard link '" + entry + "',");
        if (target.equals(path)) {
            return;
        }
        if (target.isEmpty()) {
            throw missingTarget(entry);
        }
        try (Directory from = root.directory(target.parent().bytes())) {
            byte[] targetName = target.name();
            if (from.status(targetName).isEmpty()) {
                throw missingTarget(entry);
            }
            makeWay(in, name, entry, () -> in.hardLink(name, from, targetName));
        } catch (LinuxException e) {
            throw e.errno() == Errno.EXDEV || e.errno() == Errno.ELOOP
                    ? leaves(entry.toString())
                    : e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR ? missingTarget(entry) : e;
        }
    }

    private static ImageException missingTarget(TarEntry entry) {
        return new ImageException("the hard link '" + entry + "' leads to '" + TarEntry.text(entry.linkTarget())
                + "', which is not in the archive before it: the archive is refused");
    }

    /** Makes something that fails when there is an entry of its name. */
    private interface Maker {
        void make() throws LinuxException;
    }

    private void makeWay(Directory in, byte[] name, TarEntry entry, Maker maker) throws IOException {
        try {
            maker.make();
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            clear(in, name, entry);
            maker.make();
        }
    }

    /** Removes what an earlier entry left at a place; paths may lead elsewhere afterwards. */
    private void clear(Directory in, byte[] name, TarEntry entry) throws IOException {
        try {
            in.remove(name);
        } catch (LinuxException e) {
            if (e.errno() == Errno.EISDIR) {
                throw new ImageException("'" + entry
                        + "' in the tar archive is a directory and later something else: the archive is refused");
            }
            throw e;
        }
        parentPath = null;
    }

    /** The directory that entries of this path are made in; it is made when the archive left it out. */
    private Directory parent(TarPath path) throws IOException {
        if (path.isEmpty()) {
            return root;
        }
        Directory present = parent;
        if (present != null && parentPath != null && path.equals(parentPath)) {
            return present;
        }
        close();
        Directory opened = open(path);
        parent = opened;
        parentPath = path;
        return opened;
    }

    private Directory open(TarPath path) throws IOException {
        try {
            return root.directory(path.bytes());
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw unusable(path, e);
            }
        }
        Directory at = root.directory(new byte[0]);
        try {
            for (int end = path.endOfName(0); ; end = path.endOfName(end + 1)) {
                TarPath prefix = path.upTo(end);
                Directory next = openOrMake(at, prefix);
                at.close();
                at = next;
                if (end == path.bytes().length) {
                    return next;
                }
            }
        } catch (IOException e) {
            at.close();
            throw e;
        }
    }

    private Directory openOrMake(Directory in, TarPath path) throws IOException {
        try {
            return root.directory(path.bytes());
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw unusable(path, e);
            }
        }
        try {
            in.makeDirectory(path.name());
            in.permissions(path.name(), IMPLIED_DIRECTORY_PERMISSIONS);
            return root.directory(path.bytes());
        } catch (LinuxException e) {
            throw unusable(path, e);
        }
    }

    private static IOException unusable(TarPath path, LinuxException e) {
        return switch (e.errno()) {
            case EXDEV, ELOOP -> leaves(path.toString());
            case ENOTDIR ->
                new ImageException("'" + path + "' in the tar archive has entries beneath it but is no directory: the"
                        + " archive is refused");
            case EEXIST ->
                new ImageException("'" + path + "' in the tar archive has entries beneath it but is a symbolic link to"
                        + " nothing: the archive is refused");
            default -> e;
        };
    }

    private static ImageException leaves(String path) {
        return new ImageException(
                "'" + path
                        + "' in the tar archive goes through a symbolic link that leaves the destination: the archive is refused");
    }

    /**
     * Gives directories their owners, modes and times. Children have longer paths than their parents and come first,
     * for they may be out of reach afterwards.
     */
    void finish() throws IOException {
        close();
        List<Map.Entry<TarPath, TarEntry>> longestFirst = new ArrayList<>(directories.entrySet());
        longestFirst.sort((a, b) -> b.getKey().bytes().length - a.getKey().bytes().length);
        for (Map.Entry<TarPath, TarEntry> item : longestFirst) {
            TarEntry entry = item.getValue();
            try (Directory directory = root.directory(item.getKey().bytes())) {
                if (limits.asRoot()) {
                    directory.owner((int) entry.uid(), (int) entry.gid());
                }
                attributes.restore(entry, directory);
                directory.permissions(permissions(entry));
                directory.modified(entry.mtimeSeconds(), entry.mtimeNanos());
            }
        }
    }

    @Override
    public void close() {
        Directory present = parent;
        if (present != null) {
            present.close();
        }
        parent = null;
        parentPath = null;
    }
}
