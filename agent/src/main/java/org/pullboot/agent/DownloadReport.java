package org.pullboot.agent;

import org.jspecify.annotations.Nullable;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.Preflight;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.PullProgress;
import org.pullboot.pull.Stage;

/**
 * Follows one download: refuses it when it does not fit into memory, and tells person and server how far it is. Rarely,
 * as a serial console is slower than the network.
 */
final class DownloadReport implements PullListener {
    private static final long SHORTEST_NANOS = 1_000_000_000L;
    private static final long LONGEST_NANOS = 2 * SHORTEST_NANOS;
    private static final int STEP_PERCENT = 5;

    private final String name;
    private final @Nullable MemoryCheck memory;
    private final Console console;
    private final ServerEvents events;
    private final Uptime uptime;
    private long lastNanos;
    private int lastPercent;

    /**
     * @param memory what there is; nothing for a download that takes none
     */
    DownloadReport(String name, @Nullable MemoryCheck memory, Console console, ServerEvents events, Uptime uptime) {
        this.name = name;
        this.memory = memory;
        this.console = console;
        this.events = events;
        this.uptime = uptime;
        this.lastNanos = System.nanoTime();
    }

    @Override
    public void begins(Preflight preflight) throws PullException {
        if (memory != null) {
            memory.allow(name, preflight);
        }
        console.step("downloading " + preflight.url()
                + (preflight.transferBytes() < 0 ? "" : ", " + Units.bytes(preflight.transferBytes())));
        lastPercent = 0;
        lastNanos = System.nanoTime();
    }

    @Override
    public void progress(PullProgress progress) {
        long now = System.nanoTime();
        boolean stepped = progress.percent() >= lastPercent + STEP_PERCENT && now - lastNanos >= SHORTEST_NANOS;
        if (stepped || now - lastNanos >= LONGEST_NANOS) {
            lastNanos = now;
            lastPercent = progress.percent();
            console.step(name + ": " + amount(progress) + ", " + Units.bytes(progress.bytesPerSecond()) + "/s");
            events.add(BootEvent.of(Stage.DOWNLOAD)
                    .download(name, progress.bytes(), progress.total())
                    .at(uptime.millis()));
        }
    }

    private static String amount(PullProgress progress) {
        return progress.percent() < 0 ? Units.bytes(progress.bytes()) : progress.percent() + " %";
    }

    @Override
    public void retries(String reason) {
        console.warn(reason);
    }
}
