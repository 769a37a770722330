package org.pullboot.pull;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Compression;

/** The thread that decompresses and writes what is transferred. */
final class UnpackTask implements Runnable {
    private final ChunkQueue chunks;
    private final Destination destination;
    private final Compression compression;
    private final long limit;
    private final @Nullable DeclaredSize declared;
    private volatile @Nullable Throwable failure;
    private volatile long unpacked;
    private volatile long data;

    UnpackTask(
            ChunkQueue chunks,
            Destination destination,
            Compression compression,
            long limit,
            @Nullable DeclaredSize declared) {
        this.chunks = chunks;
        this.destination = destination;
        this.compression = compression;
        this.limit = limit;
        this.declared = declared;
    }

    @Override
    public void run() {
        try (UnpackedStream image = new UnpackedStream(chunks, compression, limit, declared)) {
            data = destination.write(image);
            for (ByteBuffer rest = image.next(); rest.hasRemaining(); rest = image.next()) {
                rest.position(rest.limit());
            }
            unpacked = image.bytes();
        } catch (Throwable e) {
            failure = e;
        } finally {
            chunks.drain();
        }
    }

    long unpacked() {
        return unpacked;
    }

    long data() {
        return data;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }
}
