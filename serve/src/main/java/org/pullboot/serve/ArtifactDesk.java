package org.pullboot.serve;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.pullboot.fleet.Answer;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.ArtifactFile;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.Generation;
import org.pullboot.fleet.GenerationId;
import org.pullboot.fleet.OpenArtifact;
import org.pullboot.fleet.Visit;
import org.pullboot.image.Sha256;

/** Answers requests for artifacts, checksum lists and their signatures. No hashing, no reading of files: a header is ready at once. */
final class ArtifactDesk {
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";
    private static final String REVALIDATE = "no-cache";
    private static final String SIGNATURE = "application/pgp-signature";

    private final Fleet fleet;
    private final ListSignatures signatures;
    private final Events events;
    private final Consumer<OpenArtifact> withdrawals;

    /**
     * @param withdrawals told of each file that was written in place
     */
    ArtifactDesk(Fleet fleet, ListSignatures signatures, Events events, Consumer<OpenArtifact> withdrawals) {
        this.fleet = fleet;
        this.signatures = signatures;
        this.events = events;
        this.withdrawals = withdrawals;
    }

    Reply answer(Target.Plain target, HttpRequest request, String address) {
        Visit visit = visit(request, address);
        Answer answer = fleet.find(visit, target.name());
        if (answer instanceof Answer.Absent) {
            Optional<Reply> list = list(target.name(), fleet.visible(visit), request, REVALIDATE);
            if (list.isPresent()) {
                return list.get();
            }
        }
        return answer(answer, target.name(), request, REVALIDATE);
    }

    Reply answer(Target.Pinned target, HttpRequest request, String address) {
        GenerationId id = target.generation();
        Answer answer = fleet.find(visit(request, address), id, target.name());
        if (answer instanceof Answer.Absent) {
            Optional<Generation> generation = fleet.generation(id);
            if (generation.isEmpty()) {
                return Reply.sentence(
                        HttpResponseStatus.NOT_FOUND,
                        "Generation " + id + " is not kept here any more: boot again to get the newest one.");
            }
            Optional<Reply> list = list(target.name(), List.of(generation.get()), request, IMMUTABLE);
            if (list.isPresent()) {
                return list.get();
            }
        }
        return answer(answer, target.name(), request, IMMUTABLE);
    }

    private static Visit visit(HttpRequest request, String address) {
        HttpHeaders headers = request.headers();
        return new Visit(
                address,
                headers.get(HttpHeaderNames.USER_AGENT, ""),
                request.method().equals(HttpMethod.HEAD),
                headers.contains(HttpHeaderNames.RANGE),
                Preconditions.entityTag(headers));
    }

    private Reply answer(Answer answer, String name, HttpRequest request, String caching) {
        return switch (answer) {
            case Answer.Absent() -> Reply.sentence(HttpResponseStatus.NOT_FOUND, "There is no file " + name + " here.");
            case Answer.Withdrawn(Artifact artifact, boolean superseded) -> withdrawn(artifact, superseded);
            case Answer.Found(OpenArtifact artifact) -> found(artifact, request, caching);
        };
    }

    private static Reply withdrawn(Artifact artifact, boolean superseded) {
        if (superseded) {
            return Reply.sentence(
                    HttpResponseStatus.NOT_FOUND,
                    "The file " + artifact.name() + " of this generation was overwritten in place and is gone: boot"
                            + " again to get the newest one.");
        }
        return Reply.sentence(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "The file " + artifact.name() + " is being overwritten in place: wait until it is complete"
                                + " and published again.")
                .with(Header.RETRY_AFTER, "2");
    }

    /** The file does not hold the published bytes any more: nobody gets it, and everybody is told. */
    void withdraw(OpenArtifact open) {
        open.withdraw();
        events.withdrawn(open.artifact());
        withdrawals.accept(open);
    }

    private Reply found(OpenArtifact open, HttpRequest request, String caching) {
        Artifact artifact = open.artifact();
        try {
            if (open.file().condition() == ArtifactFile.Condition.CHANGED) {
                withdraw(open);
                open.close();
                return withdrawn(artifact, false);
            }
        } catch (IOException e) {
            open.close();
            events.problem("The file " + artifact.name() + " cannot be read (" + e.getMessage()
                    + "): mend its disk or take it away.");
            return Reply.sentence(
                    HttpResponseStatus.SERVICE_UNAVAILABLE, "The file " + artifact.name() + " cannot be read.");
        }
        Plan plan = plan(artifact, request, caching);
        if (plan.length() == 0) {
            open.close();
            return new Reply(plan.status(), plan.headers(), new Reply.Body.None(), false);
        }
        Reply.Body body = new Reply.Body.File(open, plan.first(), plan.first() + plan.length() - 1);
        return new Reply(plan.status(), plan.headers(), body, false);
    }

    /** A list, or the signature of one, is answered as a file would be, but for its bytes. */
    private Optional<Reply> list(String name, List<Generation> generations, HttpRequest request, String caching) {
        Optional<String> text = ChecksumLists.named(name, generations);
        if (text.isPresent()) {
            byte[] bytes = text.get().getBytes(StandardCharsets.UTF_8);
            return Optional.of(memory(name, bytes, "text/plain", generations, request, caching));
        }
        // Signed anew by each run of the server: another time in it, and other bytes.
        return signatures
                .named(name, generations)
                .map(bytes -> memory(name, bytes, SIGNATURE, generations, request, REVALIDATE));
    }

    private static Reply memory(
            String name,
            byte[] bytes,
            String mediaType,
            List<Generation> generations,
            HttpRequest request,
            String caching) {
        Instant newest = generations.stream()
                .map(Generation::published)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
        Artifact artifact = new Artifact(
                name,
                Artifact.Role.OTHER,
                Sha256.of(Sha256.digester().digest(bytes)),
                bytes.length,
                Instant.ofEpochSecond(newest.getEpochSecond()),
                mediaType);
        Plan plan = plan(artifact, request, caching);
        Reply.Body body = plan.length() == 0
                ? new Reply.Body.None()
                : new Reply.Body.Memory(ByteBuffer.wrap(bytes, (int) plan.first(), (int) plan.length()));
        return new Reply(plan.status(), plan.headers(), body, false);
    }

    /** The answer but for its bytes; a length of 0 is no body. */
    private record Plan(HttpResponseStatus status, HttpHeaders headers, long first, long length) {}

    private static Plan plan(Artifact artifact, HttpRequest request, String caching) {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(Header.ETAG, artifact.entityTag());
        headers.set(Header.LAST_MODIFIED, HttpDate.format(artifact.lastModified()));
        headers.set(Header.ACCEPT_RANGES, "bytes");
        headers.set(Header.CACHE_CONTROL, caching);
        switch (Preconditions.verdict(request.headers(), artifact)) {
            case NOT_MODIFIED -> {
                return new Plan(HttpResponseStatus.NOT_MODIFIED, headers, 0, 0);
            }
            case FAILED -> {
                headers.set(Header.CONTENT_LENGTH, 0);
                return new Plan(HttpResponseStatus.PRECONDITION_FAILED, headers, 0, 0);
            }
            case PROCEED -> headers.set(Header.CONTENT_TYPE, artifact.mediaType());
        }
        long size = artifact.size();
        boolean ranges =
                request.method().equals(HttpMethod.GET) && Preconditions.rangeHolds(request.headers(), artifact);
        ByteRange range =
                ranges ? ByteRange.parse(request.headers().get(HttpHeaderNames.RANGE), size) : new ByteRange.Whole();
        return switch (range) {
            case ByteRange.Whole() -> {
                headers.set(Header.CONTENT_LENGTH, size);
                yield new Plan(HttpResponseStatus.OK, headers, 0, size);
            }
            case ByteRange.Part(long first, long last) -> {
                headers.set(Header.CONTENT_RANGE, "bytes " + first + "-" + last + "/" + size);
                headers.set(Header.CONTENT_LENGTH, last - first + 1);
                yield new Plan(HttpResponseStatus.PARTIAL_CONTENT, headers, first, last - first + 1);
            }
            case ByteRange.Unsatisfiable() -> {
                headers.set(Header.CONTENT_RANGE, "bytes */" + size);
                headers.set(Header.CONTENT_LENGTH, 0);
                headers.remove(Header.CONTENT_TYPE);
                yield new Plan(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers, 0, 0);
            }
        };
    }
}
