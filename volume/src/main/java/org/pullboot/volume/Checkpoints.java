package org.pullboot.volume;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes the map of the layer that is written to when its log has grown, so that a new log can begin: first the log is
 * switched, then the map as it is by then is written, and then the old log is not needed any more.
 */
final class Checkpoints {
    private static final Logger LOGGER = System.getLogger(Checkpoints.class.getName());

    private final long everyBytes;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long at;

    /** @param everyBytes how large the log may get */
    Checkpoints(long everyBytes) {
        this.everyBytes = everyBytes;
        this.at = everyBytes;
    }

    /** Begins one in the background when it is time. */
    void consider(AllocationLog log, SyncGroup.Sync checkpoint) {
        if (log.bytes() > at && running.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("volume-checkpoint").start(() -> run(log, checkpoint));
        }
    }

    private void run(AllocationLog log, SyncGroup.Sync checkpoint) {
        try {
            checkpoint.run();
            at = everyBytes;
        } catch (IOException e) {
            at = log.bytes() + everyBytes;
            LOGGER.log(Level.WARNING, "no checkpoint, so that the log grows on: " + e.getMessage());
        } finally {
            running.set(false);
        }
    }

    /** Makes one now; nobody changes layers meanwhile. */
    static void make(LayerStack stack, View view, AllocationLog log, SyncGroup syncs, Health health)
            throws IOException {
        Layer layer = view.active();
        AllocationLog.Next next = log.prepareNext();
        syncs.alone(() -> switchLog(stack, layer, log, next, health));
        MapFile.Packed packed = MapFile.Packed.of(view.map(), view.activeValue());
        health.orFail(layer.data()::sync);
        MapFile.write(
                stack.files(),
                layer.directory(),
                stack.meta().uuid(),
                layer.entry().number(),
                next.generation(),
                packed,
                stack.blocks());
        stack.removeLeftovers(layer, next.generation(), next.generation());
    }

    /** From here on the old log is durable as a whole, so that flushes need not think of it. */
    private static void switchLog(
            LayerStack stack, Layer layer, AllocationLog log, AllocationLog.Next next, Health health)
            throws IOException {
        VolumeFile before;
        try {
            before = log.switchTo(next);
        } catch (IOException e) {
            next.file().close();
            throw e;
        }
        try (before) {
            health.orFail(before::sync);
            health.orFail(log::sync);
            health.orFail(() -> stack.files().syncDirectory(layer.directory()));
        }
    }
}
