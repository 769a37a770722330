package org.pullboot.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.pullboot.image.Sha256;

/**
 * Requests of a protocol upon HTTP, as patient as a pull: what passes is tried again, a file goes on where its connection
 * broke. Immutable; safe for use from several threads.
 */
public final class WebClient {
    private static final int CHUNK = 256 * 1024;

    private final PullOptions options;
    private final Http http;

    private final Timer timer = Timer.REAL;

    /**
     * A client that tries as often as these options say.
     *
     * @param trust which servers https is spoken with
     */
    public WebClient(PullOptions options, ServerTrust trust) {
        this.options = options;
        this.http = new Http(options, trust);
    }

    /**
     * Asks for a small document.
     *
     * @param limit the longest it may be, in bytes
     * @throws PullException when it cannot be had or is longer
     */
    public WebReply get(String url, RequestHeaders headers, int limit, PullListener listener) throws PullException {
        return patiently(url, listener, () -> 0, () -> {
            try (Answer answer = http.ask(url, 0, headers)) {
                return new WebReply.Page(SmallFile.read(answer, limit), answer.mediaType());
            }
        });
    }

    /**
     * Downloads a file that is known by its digest, as it is.
     *
     * @param target must not exist; it is left there, incomplete, when this fails
     * @param size how many bytes it must have
     * @param meter told how many have come; may be the same for several files
     * @throws PullException when it cannot be had, is another one, or cannot be written
     */
    public WebReply download(
            String url,
            RequestHeaders headers,
            Path target,
            long size,
            Sha256 digest,
            PullListener listener,
            Meter meter)
            throws PullException {
        try (FileChannel file = FileChannel.open(
                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MessageDigest digester = Sha256.digester();
            WebReply reply = patiently(url, listener, file::size, () -> {
                receive(url, headers, file, size, digester, meter);
                return new WebReply.Page(new byte[0], "");
            });
            if (reply instanceof WebReply.Page && !Sha256.of(digester.digest()).equals(digest)) {
                throw new PullException(Urls.shown(url) + ": the server sent another file than the one with " + digest
                        + ": the image is damaged there, or was changed on its way");
            }
            return reply;
        } catch (PullException e) {
            throw e;
        } catch (IOException e) {
            throw new PullException("cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    /** Hears how many bytes have come since it was told last. */
    public interface Meter {
        /** Called often, on the caller's thread. */
        void received(int bytes);
    }

    /** One request. */
    private interface Request {
        WebReply send() throws Fault, IOException;
    }

    private void receive(
            String url, RequestHeaders headers, FileChannel file, long size, MessageDigest digester, Meter meter)
            throws IOException {
        if (file.size() >= size) {
            return;
        }
        byte[] chunk = new byte[CHUNK];
        try (Answer answer = http.ask(url, file.size(), headers)) {
            // A server without ranges begins anew: what is here already is passed over.
            long skip = file.size() - answer.start();
            if (answer.total() >= 0 && answer.total() != size) {
                throw new Fault(
                        Fault.Kind.WRONG,
                        "the server has " + answer.total() + " bytes of it, but it must have " + size);
            }
            for (int n; (n = answer.read(chunk, 0, chunk.length)) >= 0; ) {
                int old = (int) Math.min(skip, n);
                skip -= old;
                if (n - old > size - file.size()) {
                    throw new Fault(Fault.Kind.WRONG, "the server sends more than the " + size + " bytes of it");
                }
                if (n > old) {
                    append(file, ByteBuffer.wrap(chunk, old, n - old));
                    digester.update(chunk, old, n - old);
                    meter.received(n - old);
                }
            }
        }
        if (file.size() < size) {
            throw new Fault(Fault.Kind.PASSING, "the server sent only " + file.size() + " of its " + size + " bytes");
        }
    }

    private static void append(FileChannel file, ByteBuffer bytes) throws IOException {
        long at = file.size();
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }

    /** How far a request has come. */
    private interface Position {
        long bytes() throws IOException;
    }

    /** Counts failures that follow each other without a single new byte. */
    private WebReply patiently(String url, PullListener listener, Position position, Request request)
            throws PullException {
        Backoff backoff = new Backoff(options, timer.nanos());
        int failures = 0;
        long before = 0;
        while (true) {
            try {
                return request.send();
            } catch (Fault e) {
                if (e.kind() == Fault.Kind.MISSING) {
                    return new WebReply.Missing();
                }
                if (e.isChallenge()) {
                    String challenge = e.challenge();
                    return new WebReply.Unauthorized(challenge == null ? "" : challenge);
                }
                long now = bytes(position);
                failures = now > before ? 1 : failures + 1;
                before = now;
                if (e.kind() != Fault.Kind.PASSING || failures >= options.attempts()) {
                    throw new PullException(
                            Urls.shown(url) + ": " + e.sentence()
                                    + (failures > 1 ? ", " + failures + " times in a row" : ""),
                            e);
                }
                listener.retries(Urls.shown(url) + ": " + e.sentence());
                pause(backoff.pause(failures), url);
            } catch (PullException e) {
                throw e;
            } catch (IOException e) {
                throw new PullException("cannot write what came from " + Urls.shown(url) + ": " + e.getMessage(), e);
            }
        }
    }

    private static long bytes(Position position) throws PullException {
        try {
            return position.bytes();
        } catch (IOException e) {
            throw new PullException("cannot look at what was downloaded: " + e.getMessage(), e);
        }
    }

    private void pause(long millis, String url) throws PullException {
        try {
            timer.pause(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PullException("the pull of " + Urls.shown(url) + " was interrupted", e);
        }
    }

    /** A URL for people and logs: without user and password. */
    public static String shown(String url) {
        return Urls.shown(url);
    }
}
