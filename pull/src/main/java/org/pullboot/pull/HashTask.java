package org.pullboot.pull;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Sha256;

/** The thread that hashes what is transferred. */
final class HashTask implements Runnable {
    private final ChunkQueue chunks;
    private volatile @Nullable Sha256 digest;
    private volatile @Nullable Throwable failure;

    HashTask(ChunkQueue chunks) {
        this.chunks = chunks;
    }

    @Override
    public void run() {
        try {
            MessageDigest digester = Sha256.digester();
            for (Chunk chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                digester.update(chunk.bytes(), 0, chunk.length());
                chunks.done(chunk);
            }
            digest = Sha256.of(digester.digest());
        } catch (Throwable e) {
            failure = e;
        } finally {
            chunks.drain();
        }
    }

    /** The digest, once the thread has ended without a failure. */
    @Nullable
    Sha256 digest() {
        return digest;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }
}
