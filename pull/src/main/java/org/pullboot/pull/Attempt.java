package org.pullboot.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Compression;
import org.pullboot.image.ZstdFrame;
import org.pullboot.linux.Btrfs;

/**
 * A file that is coming: what was received so far, from one connection or several, and the pipeline it goes through.
 * Used by the thread that reads the network; it must end it by {@link #discard} unless the file was published.
 */
final class Attempt {
    private static final String DOWNLOAD = "download";

    private final PullRequest request;
    private final PullListener listener;
    private final Destination destination;
    private final Pipeline pipeline;
    private final @Nullable KeptDownload kept;
    private final boolean revalidated;
    private final Source source;
    private final long total;
    private final @Nullable String validator;
    private final long modified;
    private Compression compression = Compression.NONE;
    private @Nullable Chunk filling;
    private @Nullable Evidence evidence;
    private boolean mixed;
    private long received;

    Attempt(
            PullRequest request,
            PullListener listener,
            Destination destination,
            Source source,
            Answer answer,
            @Nullable KeptDownload kept) {
        this.request = request;
        this.listener = listener;
        this.destination = destination;
        this.kept = kept;
        this.revalidated = answer.isKept();
        this.pipeline = new Pipeline(
                destination,
                kept == null || revalidated ? null : destination.staging().resolve(DOWNLOAD));
        this.source = source;
        this.total = answer.total();
        this.validator = answer.validator();
        this.modified = answer.modified();
    }

    /** Where it began to come from. */
    Source source() {
        return source;
    }

    Destination destination() {
        return destination;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    Compression compression() {
        return compression;
    }

    /** Whether it comes from what was kept of an earlier pull. */
    boolean isRevalidated() {
        return revalidated;
    }

    /**
     * Keeps the file as it was transferred, and lets a plain image share its bytes with it where the file system can.
     *
     * @throws IOException when it cannot be kept
     */
    void keep() throws IOException {
        if (kept == null) {
            return;
        }
        Path download = revalidated ? kept.path() : destination.staging().resolve(DOWNLOAD);
        if (compression == Compression.NONE && destination.isAsTransferred()) {
            Btrfs.share(download, destination.temporary());
        }
        if (!revalidated) {
            if (modified > 0) {
                Files.setLastModifiedTime(download, FileTime.fromMillis(modified));
            }
            kept.keep(download, source.url());
        }
    }

    /** Removes what was kept of the file. */
    void forget() throws PullException {
        try {
            if (kept != null) {
                kept.remove();
            }
        } catch (IOException e) {
            throw new PullException("cannot remove the kept download of " + request.name() + ": " + e, e);
        }
    }

    /** The length of the file, -1 when unknown. */
    long total() {
        return total;
    }

    /** How many bytes of the file are here. */
    long received() {
        return received;
    }

    /** What tells whether the file is still the same, if anything does. */
    @Nullable
    String validator() {
        return validator;
    }

    @Nullable
    Evidence evidence() {
        return evidence;
    }

    void evidence(@Nullable Evidence beside) {
        evidence = beside;
    }

    /** When the server says that the file was changed last, in milliseconds since 1970; 0 when it does not say. */
    long modified() {
        return modified;
    }

    /** Whether its bytes come from several places. */
    boolean isMixed() {
        return mixed;
    }

    void mixed() {
        mixed = true;
    }

    /** The chunk to put bytes into; waits until there is one. */
    Chunk filling() throws InterruptedException {
        Chunk chunk = filling;
        if (chunk == null) {
            chunk = pipeline.empty();
            filling = chunk;
        }
        return chunk;
    }

    /**
     * Takes note of bytes that were put into the chunk, and hands it on when it is full.
     *
     * @throws Fault when the file is not what it must be
     * @throws PullException when it cannot be written, or is not wanted
     */
    void received(int bytes) throws Fault, PullException, InterruptedException {
        Chunk chunk = filling;
        if (chunk == null) {
            throw new IllegalStateException("bytes are put into a chunk");
        }
        chunk.grow(bytes);
        received += bytes;
        if (chunk.room() == 0) {
            handOn(chunk);
        } else {
            pipeline.check();
        }
        if (evidence != null) {
            evidence.check();
        }
    }

    /**
     * Hands on what is left in the chunk: the file is complete.
     *
     * @throws Fault when the file is not what it must be
     * @throws PullException when it cannot be written, or is not wanted
     */
    void complete() throws Fault, PullException {
        Chunk chunk = filling;
        if (chunk != null && chunk.length() > 0) {
            handOn(chunk);
        }
    }

    private void handOn(Chunk chunk) throws Fault, PullException {
        filling = null;
        if (!pipeline.isStarted()) {
            ByteBuffer head = ByteBuffer.wrap(chunk.bytes(), 0, chunk.length());
            compression = Compression.detect(head);
            listener.begins(preflight(head));
            pipeline.start(compression, request.unpackedLimit(), request.size());
        }
        pipeline.put(chunk);
    }

    private Preflight preflight(ByteBuffer head) {
        DeclaredSize size = request.size();
        long atLeast = size != null ? size.data() : compression == Compression.NONE ? 0 : Math.max(0, total);
        long atMost;
        if (size != null) {
            atMost = size.bytes();
        } else if (compression == Compression.NONE) {
            atMost = total;
        } else {
            OptionalLong told = compression == Compression.ZSTD ? ZstdFrame.contentSize(head) : OptionalLong.empty();
            atMost = told.orElse(-1);
        }
        return new Preflight(source.shown(), total, compression, atLeast, atMost);
    }

    /** Stops everything and removes what was written. */
    void discard() throws PullException {
        Evidence beside = evidence;
        if (beside != null) {
            beside.cancel();
        }
        pipeline.stop();
    }
}
