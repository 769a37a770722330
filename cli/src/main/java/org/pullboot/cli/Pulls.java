package org.pullboot.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.pullboot.oci.OciPuller;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.PullProgress;
import org.pullboot.pull.PullRequest;
import org.pullboot.pull.PullResult;
import org.pullboot.pull.PullType;
import org.pullboot.pull.Puller;

/** Pulls at the same time, with a line each at the bottom of the terminal. Used once. */
final class Pulls {
    private final Puller puller;
    private final OciPuller containers;
    private final Terminal terminal;
    private final Consumer<PullResult> done;
    private final Map<PullRequest, String> lines = new LinkedHashMap<>();

    /**
     * @param containers pulls the images that are made of layers
     * @param done hears of each image as it is there, from several threads
     */
    Pulls(Puller puller, OciPuller containers, Terminal terminal, Consumer<PullResult> done) {
        this.puller = puller;
        this.containers = containers;
        this.terminal = terminal;
        this.done = done;
    }

    /**
     * Makes them all; one that fails does not end the others.
     *
     * @param atOnce how many at the same time
     * @return what failed, in the order of the requests
     */
    List<PullException> run(List<PullRequest> requests, int atOnce) throws InterruptedException {
        List<PullException> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(atOnce, requests.size()),
                Thread.ofPlatform().daemon().name("pull-", 0).factory())) {
            List<Future<Optional<PullException>>> results = new ArrayList<>();
            for (PullRequest request : requests) {
                results.add(threads.submit(() -> pull(request)));
            }
            for (Future<Optional<PullException>> result : results) {
                result.get().ifPresent(failures::add);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a pull ended in an unforeseen way", e);
        }
        return failures;
    }

    private Optional<PullException> pull(PullRequest request) {
        try {
            Progress progress = new Progress(request);
            PullResult result = request.type() == PullType.OCI
                    ? containers.pull(request, progress)
                    : puller.pull(request, progress);
            line(request, "");
            done.accept(result);
            return Optional.empty();
        } catch (PullException e) {
            return Optional.of(e);
        } finally {
            line(request, "");
        }
    }

    /** Draws a pull's line anew; an empty one goes. */
    private synchronized void line(PullRequest request, String text) {
        if (text.isEmpty()) {
            lines.remove(request);
        } else {
            lines.put(request, text);
        }
        terminal.bottom(List.copyOf(lines.values()));
    }

    /** Shows how far a pull is. */
    private final class Progress implements PullListener {
        private final PullRequest request;

        private Progress(PullRequest request) {
            this.request = request;
        }

        @Override
        public void progress(PullProgress progress) {
            String amount = progress.percent() < 0
                    ? Amounts.bytes(progress.bytes())
                    : progress.percent() + " % of " + Amounts.bytes(progress.total());
            line(request, progress.name() + "  " + amount + "  " + Amounts.rate(progress.bytesPerSecond()));
        }

        @Override
        public void retries(String reason) {
            terminal.println(reason + "; trying again");
        }

        @Override
        public void warns(String reason) {
            terminal.println("warning: " + reason);
        }
    }
}
