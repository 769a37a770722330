package org.pullboot.pull;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Downloads, verifies and unpacks images: receive, hash, and decompress-and-write overlap, each on a thread of its own,
 * in about 8 MiB of memory. Drops are resumed, failures tried again and elsewhere; nothing is left behind on failure,
 * and nothing has its final name before it is verified. Immutable; safe for use from several threads.
 */
public final class Puller {
    private final PullOptions options;
    private final Http http;
    private final Places places;
    private final Timer timer;

    /** Trusts the servers that are usually trusted. */
    public Puller(PullOptions options) {
        this(options, ServerTrust.USUAL);
    }

    /**
     * Downloads nothing yet.
     *
     * @param trust which servers https is spoken with
     */
    public Puller(PullOptions options, ServerTrust trust) {
        this(options, trust, Timer.REAL);
    }

    Puller(PullOptions options, Timer timer) {
        this(options, ServerTrust.USUAL, timer);
    }

    private Puller(PullOptions options, ServerTrust trust, Timer timer) {
        this.options = options;
        this.http = new Http(options, trust);
        this.places = new Places(http);
        this.timer = timer;
    }

    /**
     * Makes a download.
     *
     * @throws PullException when it cannot be had, is not what it must be, or cannot be written
     */
    public PullResult pull(PullRequest request, PullListener listener) throws PullException {
        if (request.digest() == null
                && request.verification() == Verification.SIGNATURE
                && options.signatures() == null) {
            throw new PullException("cannot pull " + request.name()
                    + ": signatures cannot be checked here, use verify=checksum or pin its digest with"
                    + " rd.pullboot.digest=");
        }
        new Publication(request, listener).checkFree();
        return new Transfer(request, listener, options, places, timer).run();
    }

    /**
     * Fetches a small file whole, such as a plan, in one attempt.
     *
     * @param limit the longest it may be, in bytes
     * @return nothing when the server answers 404
     * @throws PullException when it cannot be had or is longer
     */
    public Optional<byte[]> fetch(String url, int limit) throws PullException {
        try (Answer answer = http.get(url, 0, null)) {
            return Optional.of(SmallFile.read(answer, limit));
        } catch (Fault e) {
            if (e.kind() == Fault.Kind.MISSING) {
                return Optional.empty();
            }
            throw new PullException(Urls.shown(url) + ": " + e.sentence(), e);
        }
    }

    /**
     * Sends a small text, such as events, in one attempt.
     *
     * @return whether the server takes such posts: false when it answers 404, 405 or 501
     * @throws PullException when it cannot be sent or is refused otherwise
     */
    public boolean post(String url, String text) throws PullException {
        int status;
        try {
            status = http.post(url, text.getBytes(StandardCharsets.UTF_8));
        } catch (Fault e) {
            throw new PullException(Urls.shown(url) + ": " + e.sentence(), e);
        }
        if (status == 404 || status == 405 || status == 501) {
            return false;
        }
        if (status < 200 || status > 299) {
            throw new PullException(Urls.shown(url) + ": the server answers " + status);
        }
        return true;
    }
}
