package org.pullboot.pull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Sha256;

/**
 * One pull: goes from place to place until the file is there, and goes on where a connection broke. Runs on the caller's
 * thread, used once.
 *
 * <p>A place that has no such file, will not give it, or gave a wrong one is not asked again. One that fails otherwise is
 * asked again after a pause; bytes of a file that is still the same are not fetched twice. Only a pinned file may be put
 * together from several places.
 */
final class Transfer {
    private static final int MOST_CHANGES = 3;

    private final PullRequest request;
    private final PullListener listener;
    private final PullOptions options;
    private final Places places;
    private final Timer timer;
    private final Backoff backoff;
    private final ProgressMeter meter;
    private final List<Source> sources = new ArrayList<>();
    private final long began;
    private @Nullable Attempt attempt;
    private boolean mayMix;

    Transfer(PullRequest request, PullListener listener, PullOptions options, Places places, Timer timer) {
        this.request = request;
        this.listener = listener;
        this.options = options;
        this.places = places;
        this.timer = timer;
        this.began = timer.nanos();
        this.backoff = new Backoff(options, began);
        this.meter = new ProgressMeter(request.name(), listener, timer);
        this.mayMix = request.digest() != null;
        for (String url : request.urls()) {
            sources.add(new Source(url));
        }
    }

    PullResult run() throws PullException {
        try {
            while (true) {
                Source source = next();
                try {
                    pauseAfter(source.failures());
                    return from(source);
                } catch (Fault e) {
                    failed(source, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            PullException interrupted = new PullException("the pull of " + request.name() + " was interrupted", e);
            discardAfter(interrupted);
            throw interrupted;
        } catch (PullException | RuntimeException | Error e) {
            discardAfter(e);
            throw e;
        }
    }

    private void pauseAfter(int failures) throws InterruptedException {
        long millis = backoff.pause(failures);
        if (millis > 0) {
            timer.pause(millis);
        }
    }

    /** What went wrong first is what is told. */
    private void discardAfter(Throwable failure) {
        try {
            discard();
        } catch (PullException e) {
            failure.addSuppressed(e);
        }
    }

    private Source next() throws PullException {
        Attempt current = attempt;
        if (current != null && !current.source().isOut()) {
            return current.source();
        }
        Source best = null;
        for (Source source : sources) {
            if (!source.isOut() && (best == null || source.failures() < best.failures())) {
                best = source;
            }
        }
        if (best == null) {
            throw Verdict.on(request, sources);
        }
        if (current != null && !mayMix) {
            discard();
        }
        return best;
    }

    private void failed(Source source, Fault fault) throws PullException {
        Attempt current = attempt;
        boolean wrong = fault.kind() == Fault.Kind.WRONG;
        if (wrong && current != null && current.isMixed()) {
            mayMix = false;
        } else if (wrong && current != null && current.isRevalidated()) {
            // What was kept is not what it must be: the server is asked for all of it.
            current.forget();
        } else {
            source.failed(fault, options.attempts(), MOST_CHANGES);
        }
        boolean keep = current != null
                && current.received() > 0
                && (fault.kind() == Fault.Kind.PASSING
                        || (source.isOut() && fault.kind() != Fault.Kind.WRONG && mayMix));
        if (!keep) {
            discard();
        }
        if (!sources.stream().allMatch(Source::isOut)) {
            listener.retries(retry(source, fault));
        }
    }

    private void discard() throws PullException {
        Attempt current = attempt;
        attempt = null;
        if (current != null) {
            current.discard();
        }
    }

    private PullResult from(Source source) throws Fault, PullException, InterruptedException {
        Attempt current = attempt;
        try (Answer answer = ask(source, current)) {
            if (current != null && current.received() > 0 && goesOn(current, source, answer)) {
                goOn(current, source, answer);
            } else {
                discard();
                current = begin(source, answer);
                attempt = current;
            }
            receive(current, source, answer);
        }
        return finish(current);
    }

    private Answer ask(Source source, @Nullable Attempt current) throws Fault {
        if (current == null) {
            Optional<KeptDownload> kept = KeptDownload.find(request, source.url());
            return kept.isPresent() ? places.get(source.url(), kept.get()) : places.get(source.url(), 0, null);
        }
        boolean same = isSame(source, current);
        String validator = same ? current.validator() : null;
        // Without a validator nothing but the pin could tell that the rest belongs to what is here.
        boolean resumable = validator != null || mayMix;
        return places.get(source.url(), resumable ? current.received() : 0, validator);
    }

    @SuppressWarnings("ReferenceEquality") // A place is itself, even if another has the same URL.
    private static boolean isSame(Source source, Attempt current) {
        return source == current.source();
    }

    private Attempt begin(Source source, Answer answer) throws Fault, PullException {
        if (answer.total() == 0) {
            throw new Fault(Fault.Kind.WRONG, "the file is empty");
        }
        tooLong(answer.total());
        Destination destination = Destination.of(request, listener);
        try {
            destination.prepare();
        } catch (IOException e) {
            throw new PullException("cannot make the directory of " + request.destination() + ": " + e, e);
        }
        Attempt fresh = new Attempt(
                request,
                listener,
                destination,
                source,
                answer,
                KeptDownload.of(request, source.url(), answer).orElse(null));
        fresh.evidence(Evidence.of(request, places, options, timer, source.url()));
        meter.begin();
        return fresh;
    }

    /**
     * Whether an answer continues the file that is here. When it has the whole of another file instead, that is begun
     * anew with; a place whose file changes again and again is left out.
     */
    private boolean goesOn(Attempt current, Source source, Answer answer) throws Fault {
        String before = current.validator();
        String now = answer.validator();
        String change = null;
        if (current.total() >= 0 && answer.total() >= 0 && answer.total() != current.total()) {
            change = "the file had " + current.total() + " bytes, now it has " + answer.total()
                    + ": it was changed while it was transferred";
        } else if (isSame(source, current) && before != null && now != null && !before.equals(now)) {
            change = "the file was changed while it was transferred";
        } else if (answer.start() == 0 && !mayMix && (before == null || now == null)) {
            Fault last = source.last();
            change = (last == null ? "the connection broke" : last.sentence()) + ", and the server cannot go on there";
        }
        if (change == null) {
            return true;
        }
        Fault changed = new Fault(Fault.Kind.CHANGED, change);
        if (answer.start() > 0) {
            throw changed;
        }
        source.failed(changed, options.attempts(), MOST_CHANGES);
        if (source.isOut()) {
            throw changed;
        }
        listener.retries(retry(source, changed));
        return false;
    }

    private void goOn(Attempt current, Source source, Answer answer) throws Fault {
        if (answer.start() == 0) {
            skip(answer, current.received());
        }
        if (!isSame(source, current)) {
            current.mixed();
        }
    }

    private String retry(Source source, Fault fault) {
        return request.name() + " from " + source.shown() + ": " + fault.sentence();
    }

    private static void skip(Answer answer, long bytes) throws Fault {
        byte[] scratch = new byte[16 * 1024];
        for (long left = bytes; left > 0; ) {
            int n = answer.read(scratch, 0, (int) Math.min(scratch.length, left));
            if (n < 0) {
                throw new Fault(Fault.Kind.CHANGED, "the file is shorter than it was");
            }
            left -= n;
        }
    }

    private void receive(Attempt current, Source source, Answer answer)
            throws Fault, PullException, InterruptedException {
        while (true) {
            Chunk chunk = current.filling();
            int n = answer.read(chunk.bytes(), chunk.length(), chunk.room());
            if (n < 0) {
                break;
            }
            source.delivered();
            current.received(n);
            tooLong(current.received());
            meter.at(current.received(), current.total());
        }
        if (current.received() == 0) {
            throw new Fault(Fault.Kind.WRONG, "the file is empty");
        }
        if (current.total() >= 0 && current.received() > current.total()) {
            throw new Fault(
                    Fault.Kind.WRONG,
                    "the server sent " + current.received() + " bytes of a file of " + current.total() + " bytes");
        }
        if (current.received() < current.total()) {
            throw new Fault(
                    Fault.Kind.PASSING,
                    "the server sent only a part, up to byte " + current.received() + " of " + current.total());
        }
        current.complete();
        meter.end(current.received(), current.total());
    }

    private void tooLong(long bytes) throws Fault {
        if (bytes > request.transferLimit()) {
            throw new Fault(
                    Fault.Kind.WRONG,
                    "the file has more than the " + request.transferLimit() + " bytes that may be transferred");
        }
    }

    private PullResult finish(Attempt current) throws Fault, PullException, InterruptedException {
        Pipeline pipeline = current.pipeline();
        Sha256 digest = pipeline.finish();
        checkPin(digest);
        Evidence evidence = current.evidence();
        Map<SideFile, Companion.Found> sides = evidence == null ? Map.of() : evidence.verify(digest, listener);
        List<Path> installed = new Publication(request, listener).publish(current, sides);
        attempt = null;
        return new PullResult(
                request.destination(),
                current.source().shown(),
                digest,
                current.received(),
                current.compression(),
                pipeline.unpacked(),
                pipeline.data(),
                verifiedBy(),
                current.isRevalidated(),
                installed,
                timer.nanos() - began);
    }

    private void checkPin(Sha256 digest) throws Fault {
        Sha256 pin = request.digest();
        if (pin != null && !pin.equals(digest)) {
            throw new Fault(
                    Fault.Kind.WRONG,
                    "it has " + digest + " but the boot command line pins " + pin
                            + ": it was changed after the UKI was built, rebuild or serve again");
        }
    }

    private PullResult.VerifiedBy verifiedBy() {
        if (request.digest() != null) {
            return PullResult.VerifiedBy.PIN;
        }
        return switch (request.verification()) {
            case NO -> PullResult.VerifiedBy.NOTHING;
            case CHECKSUM -> PullResult.VerifiedBy.CHECKSUM;
            case SIGNATURE -> PullResult.VerifiedBy.SIGNATURE;
        };
    }
}
