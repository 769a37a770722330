package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that loses power: of what was not synced, each sector of a file and each directory keeps some
 * of the changes, the earlier ones before the later. Files named data keep or lose 4 KiB at a time, as disks with 4 KiB
 * sectors do. For one thread.
 */
final class LosingFiles implements VolumeFiles {
    /** The power went. */
    static final class PowerLoss extends RuntimeException {
        private static final long serialVersionUID = 1;

        PowerLoss() {
            super("the power went");
        }
    }

    private final Node root;
    private long changesLeft = Long.MAX_VALUE;
    private long untilFull = Long.MAX_VALUE;
    private boolean syncsFail;

    LosingFiles() {
        this(new Node(true, 512));
    }

    private LosingFiles(Node root) {
        this.root = root;
    }

    /** Loses power at the change after so many. */
    void loseAfter(long changes) {
        changesLeft = changes;
    }

    /** Has no room for the change after so many, and again for those that follow it. */
    void fullAfter(long changes) {
        untilFull = changes;
    }

    void failSyncs() {
        syncsFail = true;
    }

    /** A change that takes room. */
    private void grow() throws IOException {
        change();
        if (untilFull-- <= 0) {
            throw new NoSpaceException("full");
        }
    }

    private void change() {
        if (changesLeft-- <= 0) {
            throw new PowerLoss();
        }
    }

    /** What is found when the power is back. */
    LosingFiles afterLoss(Random random) {
        return new LosingFiles(root.survivor(random, new HashMap<>()));
    }

    private static final class Node {
        private final boolean directory;
        private final int unit;
        private byte[] live = new byte[0];
        private byte[] durable = new byte[0];
        private final List<byte[]> versions = new ArrayList<>();
        private Map<String, Node> entries = new HashMap<>();
        private Map<String, Node> durableEntries = new HashMap<>();
        private final List<Map<String, Node>> entryVersions = new ArrayList<>();

        Node(boolean directory, int unit) {
            this.directory = directory;
            this.unit = unit;
        }

        void content(byte[] next) {
            live = next;
            versions.add(next);
        }

        void sync() {
            durable = live;
            versions.clear();
            durableEntries = new HashMap<>(entries);
            entryVersions.clear();
        }

        void entry(String name, @Nullable Node node) {
            if (node == null) {
                entries.remove(name);
            } else {
                entries.put(name, node);
            }
            entryVersions.add(new HashMap<>(entries));
        }

        Node survivor(Random random, Map<Node, Node> done) {
            Node there = done.get(this);
            if (there != null) {
                return there;
            }
            Node after = new Node(directory, unit);
            done.put(this, after);
            int kept = random.nextInt(entryVersions.size() + 1);
            Map<String, Node> names = kept == 0 ? durableEntries : entryVersions.get(kept - 1);
            names.forEach((name, node) -> after.entries.put(name, node.survivor(random, done)));
            int size = version(random.nextInt(versions.size() + 1)).length;
            after.live = new byte[size];
            for (int at = 0; at < size; at += unit) {
                byte[] from = version(random.nextInt(versions.size() + 1));
                int length = Math.min(unit, Math.min(size, from.length) - at);
                if (length > 0) {
                    System.arraycopy(from, at, after.live, at, length);
                }
            }
            after.sync();
            return after;
        }

        private byte[] version(int index) {
            return index == 0 ? durable : versions.get(index - 1);
        }
    }

    private Node node(Path path) throws IOException {
        Node node = root;
        for (Path name : path) {
            node = name.toString().isEmpty() ? node : node.entries.get(name.toString());
            if (node == null) {
                throw new NoSuchFileException(path.toString());
            }
        }
        return node;
    }

    private Node parent(Path path) throws IOException {
        Path parent = path.getParent();
        return parent == null ? root : node(parent);
    }

    @Override
    public VolumeFile open(Path path, boolean writable) throws IOException {
        return new Open(node(path));
    }

    @Override
    public VolumeFile create(Path path) throws IOException {
        grow();
        String name = path.getFileName().toString();
        Node there = parent(path).entries.get(name);
        if (there != null) {
            there.content(new byte[0]);
            return new Open(there);
        }
        Node fresh = new Node(false, name.equals(Layer.DATA) ? Layer.BLOCK : 512);
        parent(path).entry(name, fresh);
        return new Open(fresh);
    }

    @Override
    public boolean exists(Path path) {
        try {
            node(path);
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return List.copyOf(node(directory).entries.keySet());
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        change();
        parent(directory).entry(directory.getFileName().toString(), new Node(true, 512));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change();
        Node parent = parent(from);
        Node node = node(from);
        parent.entries.remove(from.getFileName().toString());
        parent.entry(to.getFileName().toString(), node);
    }

    @Override
    public void delete(Path path) throws IOException {
        if (!exists(path)) {
            return;
        }
        change();
        Node node = node(path);
        if (node.directory) {
            for (String name : list(path)) {
                delete(path.resolve(name));
            }
        }
        parent(path).entry(path.getFileName().toString(), null);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        change();
        node(directory).sync();
    }

    private final class Open implements VolumeFile {
        private final Node node;

        Open(Node node) {
            this.node = node;
        }

        @Override
        public long size() {
            return node.live.length;
        }

        @Override
        public long allocated() {
            return node.live.length;
        }

        @Override
        public boolean readNow(ByteBuffer into, long offset) {
            return false;
        }

        @Override
        public void read(ByteBuffer into, long offset) throws IOException {
            if (offset + into.remaining() > node.live.length) {
                throw new IOException("read beyond the end");
            }
            into.put(node.live, (int) offset, into.remaining());
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            if (untilFull <= 0 && from.remaining() > Layer.BLOCK) {
                // Some of it goes before there is no room any more, up to the end of a page.
                int limit = from.limit();
                int length = (int) (Layer.BLOCK - offset % Layer.BLOCK);
                write(from.duplicate().limit(from.position() + length), offset, length);
                from.limit(limit);
            }
            grow();
            write(from, offset, from.remaining());
        }

        private void write(ByteBuffer from, long offset, int length) {
            byte[] next = Arrays.copyOf(node.live, Math.max(node.live.length, (int) offset + length));
            from.get(next, (int) offset, length);
            node.content(next);
        }

        @Override
        public void sync() throws IOException {
            change();
            if (syncsFail) {
                throw new IOException("the disk is broken");
            }
            node.sync();
        }

        @Override
        public boolean punch(long offset, long length) {
            change();
            byte[] next = node.live.clone();
            Arrays.fill(next, (int) offset, (int) (offset + length), (byte) 0);
            node.content(next);
            return true;
        }

        @Override
        public boolean allocate(long offset, long length) throws IOException {
            if (offset + length > node.live.length) {
                grow();
                node.content(Arrays.copyOf(node.live, (int) (offset + length)));
            }
            return true;
        }

        @Override
        public void resize(long bytes) {
            change();
            node.content(Arrays.copyOf(node.live, (int) bytes));
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
