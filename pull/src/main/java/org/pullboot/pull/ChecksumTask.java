package org.pullboot.pull;

import org.jspecify.annotations.Nullable;
import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256Sums;

/**
 * The thread that fetches a file's checksum list while the file itself comes: {@code NAME.sha256}, else
 * {@code SHA256SUMS}, from beside the file.
 */
final class ChecksumTask implements Runnable {
    private final Places places;
    private final PullOptions options;
    private final Timer timer;
    private final String url;
    private final Thread thread = new Thread(this, "pull-checksum");
    private volatile boolean cancelled;
    private volatile @Nullable Sha256Sums list;
    private volatile @Nullable Fault failure;

    ChecksumTask(Places places, PullOptions options, Timer timer, String url) {
        this.places = places;
        this.options = options;
        this.timer = timer;
        this.url = url;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets the thread end by itself; it may first wait for the network once more. */
    void cancel() {
        cancelled = true;
        thread.interrupt();
    }

    @Override
    public void run() {
        try {
            list = fetch();
        } catch (Fault e) {
            failure = e;
        } catch (ImageException | PullException e) {
            failure = new Fault(Fault.Kind.WRONG, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            failure = new Fault(Fault.Kind.PASSING, "the checksum list was not waited for", e);
        } catch (RuntimeException | Error e) {
            failure = new Fault(Fault.Kind.REFUSED, "the checksum list cannot be read: " + e, e);
        }
    }

    private Sha256Sums fetch() throws Fault, ImageException, PullException, InterruptedException {
        String name = Urls.lastComponent(url);
        try {
            return fetch(Urls.changeSuffix(url, 1, name + ".sha256"));
        } catch (Fault e) {
            if (e.kind() != Fault.Kind.MISSING) {
                throw e;
            }
        }
        try {
            return fetch(Urls.changeSuffix(url, 1, "SHA256SUMS"));
        } catch (Fault e) {
            if (e.kind() != Fault.Kind.MISSING) {
                throw e;
            }
            throw new Fault(
                    Fault.Kind.REFUSED,
                    "there is neither " + name
                            + ".sha256 nor SHA256SUMS beside it: make one, or use verify=no or a pin",
                    e);
        }
    }

    private Sha256Sums fetch(String list) throws Fault, ImageException, InterruptedException {
        Backoff backoff = new Backoff(options, timer.nanos());
        for (int failures = 1; ; failures++) {
            try (Answer answer = places.get(list, 0, null)) {
                return Sha256Sums.parse(SmallFile.read(answer, Sha256Sums.MAX_BYTES));
            } catch (Fault e) {
                if (e.kind() != Fault.Kind.PASSING || failures >= options.attempts() || cancelled) {
                    throw e.kind() == Fault.Kind.MISSING
                            ? e
                            : new Fault(
                                    Fault.Kind.REFUSED,
                                    "its checksum list " + Urls.shown(list) + ": " + e.sentence(),
                                    e);
                }
            }
            timer.pause(backoff.pause(failures));
        }
    }

    /**
     * Looks whether it has failed already.
     *
     * @throws Fault when it has
     */
    void check() throws Fault {
        Fault fault = failure;
        if (fault != null) {
            throw fault;
        }
    }

    /**
     * Waits for the list.
     *
     * @throws Fault when it cannot be had
     */
    Sha256Sums await() throws Fault, InterruptedException {
        thread.join();
        Sha256Sums sums = list;
        if (sums == null) {
            check();
            throw new Fault(Fault.Kind.REFUSED, "its checksum list was not fetched");
        }
        return sums;
    }
}
