package org.pullboot.pull;

/** Tells a listener how a download goes on, not too often. */
final class ProgressMeter {
    private static final long INTERVAL = 250_000_000;
    private static final long SECOND = 1_000_000_000;

    private final String name;
    private final PullListener listener;
    private final Timer timer;
    private long began;
    private long told;

    ProgressMeter(String name, PullListener listener, Timer timer) {
        this.name = name;
        this.listener = listener;
        this.timer = timer;
    }

    void begin() {
        began = timer.nanos();
        told = began;
    }

    void at(long bytes, long total) {
        long now = timer.nanos();
        if (now - told >= INTERVAL) {
            tell(bytes, total, now);
        }
    }

    void end(long bytes, long total) {
        tell(bytes, total, timer.nanos());
    }

    private void tell(long bytes, long total, long now) {
        told = now;
        double seconds = Math.max(1, now - began) / (double) SECOND;
        listener.progress(new PullProgress(name, bytes, total, (long) (bytes / seconds)));
    }
}
