package org.pullboot.pull;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A small file from beside an image, fetched on a thread of its own while the image comes: the first of several names that
 * the server has. Only a 404 leads to the next name.
 */
final class Companion implements Runnable {
    /** A file that was there. */
    static final class Found {
        private final String name;
        private final byte[] content;
        private final long modified;

        private Found(String name, byte[] content, long modified) {
            this.name = name;
            this.content = content;
            this.modified = modified;
        }

        String name() {
            return name;
        }

        /** All its bytes; not to be changed. */
        byte[] content() {
            return content;
        }

        /** When it was changed last, in milliseconds since 1970; 0 when the server does not say. */
        long modified() {
            return modified;
        }
    }

    private final Places places;
    private final PullOptions options;
    private final Timer timer;
    private final String what;
    private final List<String> urls;
    private final int limit;
    private final Thread thread;
    private volatile boolean cancelled;
    private volatile @Nullable Found found;
    private volatile @Nullable Fault failure;

    /**
     * @param what it is to the image, as in "checksum list"
     * @param urls where it may be, in this order
     * @param limit the most bytes it may have
     */
    Companion(Places places, PullOptions options, Timer timer, String what, List<String> urls, int limit) {
        this.places = places;
        this.options = options;
        this.timer = timer;
        this.what = what;
        this.urls = urls;
        this.limit = limit;
        this.thread = new Thread(this, "pull-beside");
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
            for (String url : urls) {
                found = fetch(url);
                if (found != null) {
                    return;
                }
            }
        } catch (Fault e) {
            failure = e;
        } catch (PullException e) {
            failure = new Fault(Fault.Kind.WRONG, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            failure = new Fault(Fault.Kind.PASSING, "its " + what + " was not waited for", e);
        } catch (RuntimeException | Error e) {
            failure = new Fault(Fault.Kind.REFUSED, "its " + what + " cannot be read: " + e, e);
        }
    }

    private @Nullable Found fetch(String url) throws Fault, PullException, InterruptedException {
        Backoff backoff = new Backoff(options, timer.nanos());
        for (int failures = 1; ; failures++) {
            try (Answer answer = places.get(url, 0, null)) {
                return new Found(Urls.lastComponent(url), SmallFile.read(answer, limit), answer.modified());
            } catch (Fault e) {
                if (e.kind() == Fault.Kind.MISSING) {
                    return null;
                }
                if (e.kind() != Fault.Kind.PASSING || failures >= options.attempts() || cancelled) {
                    throw new Fault(Fault.Kind.REFUSED, "its " + what + " " + Urls.shown(url) + ": " + e.sentence(), e);
                }
            }
            timer.pause(backoff.pause(failures));
        }
    }

    /** Whether it is known that it is there, or that it is not, or that it cannot be had. */
    boolean isDone() {
        return !thread.isAlive();
    }

    /**
     * Waits for it.
     *
     * @return nothing when the server has it under none of its names
     * @throws Fault when it cannot be had
     */
    Optional<Found> await() throws Fault, InterruptedException {
        thread.join();
        Fault fault = failure;
        if (fault != null) {
            throw fault;
        }
        return Optional.ofNullable(found);
    }
}
