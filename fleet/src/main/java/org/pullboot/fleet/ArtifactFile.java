package org.pullboot.fleet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Sha256;
import org.pullboot.linux.FileHandle;
import org.pullboot.linux.FileStatus;

/**
 * The open file behind an artifact, and whether it still holds the bytes that were published.
 *
 * <p>A file that was replaced by rename stays whole under its old readers: the descriptor keeps the old file. A file
 * that is written in place does not, and no system call stops that. It is told by its status: every write moves the
 * modification time, and what sets that time back moves the change time (ctime). The change time also moves when a name
 * of the file is added or removed, then the number of links tells so; and when the file is renamed, or given other
 * rights: then only its content can tell.
 *
 * <p>Safe for use from several threads. It is closed when the last lease and the generation let go of it.
 */
public final class ArtifactFile {
    private static final int PIECE = 1 << 20;

    /** What the file's status says of its content. */
    public enum Condition {
        /** It holds the published bytes. */
        INTACT,
        /** It may hold others; {@link ArtifactFile#recheck} finds out. */
        UNSURE,
        /** It does not hold the published bytes any more. */
        CHANGED
    }

    private record Baseline(int links, long changed) {}

    private final FileHandle handle;
    private final FileChannel channel;
    private final FileIdentity identity;
    private final Sha256 digest;
    private final AtomicReference<Baseline> baseline;
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> running = new AtomicReference<>();
    private int holders = 1;

    private ArtifactFile(
            FileHandle handle, FileChannel channel, FileIdentity identity, Sha256 digest, Baseline baseline) {
        this.handle = handle;
        this.channel = channel;
        this.identity = identity;
        this.digest = digest;
        this.baseline = new AtomicReference<>(baseline);
    }

    /**
     * Takes over an open file whose bytes have this digest.
     *
     * @param handle closed with this; also when this method throws
     * @param identity what the file was while it was hashed
     * @throws FileChangedException when the file is not that any more
     */
    static ArtifactFile adopt(FileHandle handle, FileIdentity identity, Sha256 digest) throws IOException {
        try {
            FileStatus status = handle.status();
            if (!FileIdentity.of(status).equals(identity)) {
                throw new FileChangedException();
            }
            Baseline baseline = new Baseline(status.links(), status.changed());
            return new ArtifactFile(handle, handle.channel(), identity, digest, baseline);
        } catch (IOException e) {
            handle.close();
            throw e;
        }
    }

    /** The file's bytes; read at positions only, since its readers share it. */
    public FileChannel channel() {
        return channel;
    }

    /** What the file was when it was published. */
    public FileIdentity identity() {
        return identity;
    }

    /**
     * Asks the kernel whether the file still holds the published bytes: one system call.
     *
     * @throws IOException when the kernel does not tell
     */
    public Condition condition() throws IOException {
        FileStatus status = handle.status();
        if (!FileIdentity.of(status).equals(identity)) {
            return Condition.CHANGED;
        }
        Baseline known = baseline.get();
        if (status.changed() == known.changed()) {
            return Condition.INTACT;
        }
        if (status.links() != known.links()) {
            baseline.compareAndSet(known, new Baseline(status.links(), status.changed()));
            return Condition.INTACT;
        }
        return Condition.UNSURE;
    }

    /**
     * Hashes the file again; several callers share one pass.
     *
     * @return true when it holds the published bytes
     */
    public CompletableFuture<Boolean> recheck(Executor executor) {
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> other = running.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        executor.execute(() -> {
            try {
                boolean same = sameBytes();
                running.set(null);
                mine.complete(same);
            } catch (IOException | RuntimeException e) {
                running.set(null);
                mine.completeExceptionally(e);
            }
        });
        return mine;
    }

    private boolean sameBytes() throws IOException {
        FileStatus before = handle.status();
        Sha256 now;
        // A channel of its own: an interrupt of this thread would close the shared one under its readers.
        try (FileChannel own = handle.channel()) {
            now = hash(own);
        }
        FileStatus after = handle.status();
        if (!now.equals(digest)
                || !before.equals(after)
                || !FileIdentity.of(after).equals(identity)) {
            return false;
        }
        baseline.set(new Baseline(after.links(), after.changed()));
        return true;
    }

    private static Sha256 hash(FileChannel source) throws IOException {
        MessageDigest digester = Sha256.digester();
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        while (source.read(piece) >= 0) {
            digester.update(piece.flip());
            piece.clear();
        }
        return Sha256.of(digester.digest());
    }

    /** One more holder; false when the last one has just let go. */
    synchronized boolean retain() {
        if (holders == 0) {
            return false;
        }
        holders++;
        return true;
    }

    /** One holder less; the last one closes the file. */
    void release() throws IOException {
        synchronized (this) {
            holders--;
            if (holders > 0) {
                return;
            }
        }
        try (handle) {
            channel.close();
        }
    }
}
