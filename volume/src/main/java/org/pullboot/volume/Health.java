package org.pullboot.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whether a volume may be changed. The first failure to make something durable is final: the kernel may have dropped
 * what it could not write, and says so only once.
 */
final class Health {
    private final Path directory;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    Health(Path directory) {
        this.directory = directory;
    }

    boolean good() {
        return failure.get() == null;
    }

    void check() throws VolumeFailedException {
        IOException first = failure.get();
        if (first != null) {
            throw refusal(first);
        }
    }

    /** Runs what must not fail. */
    void orFail(SyncGroup.Sync sync) throws IOException {
        try {
            sync.run();
        } catch (IOException e) {
            throw fail(e);
        }
    }

    VolumeFailedException fail(IOException cause) {
        failure.compareAndSet(null, cause);
        return refusal(cause);
    }

    private VolumeFailedException refusal(IOException first) {
        return new VolumeFailedException(
                "the volume in " + directory + " takes no more writes, since making them durable failed ("
                        + first.getMessage() + "): check the disk, then open it again",
                first);
    }
}
