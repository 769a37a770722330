package org.pullboot.fleet;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An artifact that somebody reads: its file stays open and its generation is kept until this is closed.
 *
 * <p>Safe for use from several threads.
 */
public final class OpenArtifact implements AutoCloseable {
    private final Fleet fleet;
    private final Generation generation;
    private final Artifact artifact;
    private final ArtifactFile file;
    private final @Nullable Boot boot;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenArtifact(Fleet fleet, Generation generation, Artifact artifact, ArtifactFile file, @Nullable Boot boot) {
        this.fleet = fleet;
        this.generation = generation;
        this.artifact = artifact;
        this.file = file;
        this.boot = boot;
    }

    /** The generation it belongs to. */
    public Generation generation() {
        return generation;
    }

    /** What is known of it. */
    public Artifact artifact() {
        return artifact;
    }

    /** Its open file. */
    public ArtifactFile file() {
        return file;
    }

    /** The boot that reads it; null when the reader is none. */
    public @Nullable Boot boot() {
        return boot;
    }

    /** The file does not hold the published bytes any more: nobody gets it from now on. */
    public void withdraw() {
        fleet.withdraw(generation.id(), artifact.name(), file);
    }

    /** The reader got the file's last byte. */
    public void delivered() {
        fleet.delivered(boot, artifact);
    }

    /** The reader is done, or gone. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            fleet.letGo(boot, file);
        }
    }
}
