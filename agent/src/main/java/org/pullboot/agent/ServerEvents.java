package org.pullboot.agent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.PullException;
import org.pullboot.pull.Puller;
import org.pullboot.pull.Stage;

/**
 * Tells the server how far the boot is, from a thread of its own that never holds the boot up. What could not be sent is
 * sent again; a server that knows no events, or does not answer a few times in a row, is left alone.
 *
 * <p>Events from before the network is there wait. Safe for use from several threads.
 */
final class ServerEvents {
    private static final int WAITING = 64;
    private static final int FAILURES = 3;
    private static final long PAUSE_MILLIS = 200;
    private static final long LAST_MILLIS = 3000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final List<BootEvent> waiting = new ArrayList<>();
    private @Nullable Thread sender;
    private @Nullable String boot;
    private @Nullable String machine;
    private @Nullable String mac;
    private boolean sending;
    private boolean closed;

    /** Who this is, as far as it is known now; later events say so. */
    synchronized void identify(@Nullable String boot, @Nullable String machine, @Nullable String mac) {
        this.boot = boot;
        this.machine = machine;
        this.mac = mac;
    }

    /**
     * Begins to send to the server that this machine was booted from.
     *
     * @param http with short time limits
     * @throws PullException when events cannot be sent to such an origin
     */
    synchronized void connect(BootOrigin origin, Puller http) throws PullException {
        String url = BootEvent.url(origin);
        Thread thread = new Thread(new Sender(url, http), "events");
        thread.setDaemon(true);
        sender = thread;
        thread.start();
    }

    /** Puts an event in the queue; of a download only its newest one is kept there. */
    synchronized void add(BootEvent event) {
        if (closed) {
            return;
        }
        if (event.stage() == Stage.DOWNLOAD && !waiting.isEmpty()) {
            BootEvent last = waiting.getLast();
            if (last.stage() == Stage.DOWNLOAD
                    && last.name() != null
                    && last.name().equals(event.name())) {
                waiting.removeLast();
            }
        }
        if (waiting.size() < WAITING) {
            waiting.add(event);
        }
        notifyAll();
    }

    /** Waits until everything is sent, as long as it is worth it to who sends no more. */
    void flushLast() {
        flush(LAST_MILLIS);
    }

    /** Waits until everything is sent, but not longer than this. */
    synchronized void flush(long millis) {
        long end = System.nanoTime() + millis * NANOS_PER_MILLI;
        try {
            while (sender != null && !closed && (sending || !waiting.isEmpty())) {
                long left = (end - System.nanoTime()) / NANOS_PER_MILLI;
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What to send next, as soon as there is anything; empty when there will be nothing. */
    private synchronized List<BootEvent> take() {
        sending = false;
        notifyAll();
        try {
            while (waiting.isEmpty() && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<BootEvent> next = List.copyOf(waiting);
        waiting.clear();
        sending = true;
        return next;
    }

    /** Has them sent again, before what has come since. */
    private synchronized void putBack(List<BootEvent> unsent) {
        waiting.addAll(0, unsent);
        while (waiting.size() > WAITING) {
            waiting.removeLast();
        }
    }

    private synchronized String lines(List<BootEvent> events) {
        StringBuilder lines = new StringBuilder();
        for (BootEvent event : events) {
            lines.append(event.by(boot, machine, mac).line()).append('\n');
        }
        return lines.toString();
    }

    private synchronized void close() {
        closed = true;
        sending = false;
        waiting.clear();
        notifyAll();
    }

    private final class Sender implements Runnable {
        private final String url;
        private final Puller http;

        Sender(String url, Puller http) {
            this.url = url;
            this.http = http;
        }

        @Override
        public void run() {
            int failures = 0;
            for (List<BootEvent> next = take(); !next.isEmpty() && failures < FAILURES; next = take()) {
                try {
                    failures = http.post(url, lines(next)) ? 0 : FAILURES;
                } catch (PullException unsent) {
                    failures++;
                    putBack(next);
                    pause(failures);
                }
            }
            close();
        }

        private static void pause(int failures) {
            try {
                Thread.sleep(failures * PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
