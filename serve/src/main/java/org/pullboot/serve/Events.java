package org.pullboot.serve;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.OpenArtifact;

/**
 * Tells the listener what happens, on a thread of its own, so that a terminal that stands still stops no transfer.
 *
 * <p>A problem that was told within the last minute is not told again. When the listener does not keep up, progress is
 * dropped. Safe for use from several threads.
 */
final class Events implements AutoCloseable {
    private static final Duration SAME_PROBLEM = Duration.ofMinutes(1);
    private static final int REMEMBERED = 1000;
    private static final int QUEUED = 10_000;

    private final ServeListener listener;
    private final LongSupplier nanoTime;
    private final ThreadPoolExecutor teller;
    private final Map<String, Long> problems = new HashMap<>();

    Events(ServeListener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.teller = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUED),
                Thread.ofPlatform().daemon().name("events").factory());
    }

    /** Queues an event; it is dropped when the listener is ten thousand events behind, or this is closed. */
    void tell(ServeEvent event) {
        try {
            teller.execute(() -> listener.on(event));
        } catch (RejectedExecutionException e) {
            // Nobody follows: a transfer must not wait for that.
            return;
        }
    }

    void problem(String message) {
        long now = nanoTime.getAsLong();
        synchronized (problems) {
            problems.values().removeIf(told -> now - told > SAME_PROBLEM.toNanos());
            if (problems.size() >= REMEMBERED || problems.putIfAbsent(message, now) != null) {
                return;
            }
        }
        tell(new ServeEvent.Problem(message));
    }

    void withdrawn(Artifact artifact) {
        problem("The file " + artifact.name() + " is being overwritten in place: its transfers were ended, and it is"
                + " served again once it is complete (write to another name and rename it to avoid this).");
    }

    /** A boot's firmware or its system got so much of a file. */
    void progress(OpenArtifact transfer, long bytes, long rate) {
        Boot boot = transfer.boot();
        Artifact artifact = transfer.artifact();
        if (boot == null || (artifact.role() != Artifact.Role.UKI && artifact.role() != Artifact.Role.IMAGE)) {
            return;
        }
        String stage = artifact.role() == Artifact.Role.UKI ? Boot.FIRMWARE : Boot.DOWNLOAD;
        tell(new ServeEvent.BootStage(
                boot.id(),
                boot.generation().hex(),
                boot.machine(),
                boot.address(),
                stage,
                artifact.name(),
                bytes,
                artifact.size(),
                rate,
                null));
    }

    /** Tells what is queued, for two seconds at most. */
    @Override
    public void close() {
        teller.shutdown();
        try {
            if (!teller.awaitTermination(2, TimeUnit.SECONDS)) {
                teller.shutdownNow();
            }
        } catch (InterruptedException e) {
            teller.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
