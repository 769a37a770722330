package org.pullboot.pull;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Sha256;
import org.pullboot.image.SparseFileWriter;

/** The thread that hashes what is transferred, and keeps a copy of it when one is wanted. */
final class HashTask implements Runnable {
    private final ChunkQueue chunks;
    private final @Nullable Path copy;
    private volatile @Nullable Sha256 digest;
    private volatile @Nullable Throwable failure;

    /**
     * @param copy the new file to keep a copy in
     */
    HashTask(ChunkQueue chunks, @Nullable Path copy) {
        this.chunks = chunks;
        this.copy = copy;
    }

    @Override
    public void run() {
        try (FileChannel file =
                copy == null ? null : FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            SparseFileWriter writer = file == null ? null : new SparseFileWriter(file);
            MessageDigest digester = Sha256.digester();
            for (Chunk chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                digester.update(chunk.bytes(), 0, chunk.length());
                if (writer != null) {
                    writer.write(ByteBuffer.wrap(chunk.bytes(), 0, chunk.length()));
                }
                chunks.done(chunk);
            }
            if (writer != null) {
                writer.finish();
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
