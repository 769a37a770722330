package org.pullboot.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;

/**
 * The conditional headers of a request for an artifact, in the order of RFC 9110 §13.2.2.
 *
 * <p>Entity tags are strong and never hold a quote or a comma, so that lists are cut at their commas. A date that cannot
 * be read counts as not sent.
 */
final class Preconditions {
    /** What the conditions say. */
    enum Verdict {
        /** Send the artifact. */
        PROCEED,
        /** The client has it already: 304. */
        NOT_MODIFIED,
        /** The client wants other bytes than these: 412. */
        FAILED
    }

    private Preconditions() {}

    static Verdict verdict(HttpHeaders headers, Artifact artifact) {
        List<String> match = headers.getAll(HttpHeaderNames.IF_MATCH);
        if (!match.isEmpty()) {
            if (!lists(match, artifact.entityTag(), false)) {
                return Verdict.FAILED;
            }
        } else {
            Instant unmodified = HttpDate.parse(headers.get(HttpHeaderNames.IF_UNMODIFIED_SINCE));
            if (unmodified != null && artifact.lastModified().isAfter(unmodified)) {
                return Verdict.FAILED;
            }
        }
        List<String> none = headers.getAll(HttpHeaderNames.IF_NONE_MATCH);
        if (!none.isEmpty()) {
            return lists(none, artifact.entityTag(), true) ? Verdict.NOT_MODIFIED : Verdict.PROCEED;
        }
        Instant modified = HttpDate.parse(headers.get(HttpHeaderNames.IF_MODIFIED_SINCE));
        return modified != null && !artifact.lastModified().isAfter(modified) ? Verdict.NOT_MODIFIED : Verdict.PROCEED;
    }

    /** Whether a {@code Range} holds: there is no {@code If-Range}, or it names exactly this version. */
    static boolean rangeHolds(HttpHeaders headers, Artifact artifact) {
        String validator = headers.get(HttpHeaderNames.IF_RANGE);
        if (validator == null) {
            return true;
        }
        String text = validator.strip();
        if (text.startsWith("\"")) {
            return text.equals(artifact.entityTag());
        }
        Instant date = HttpDate.parse(text);
        return date != null && date.equals(artifact.lastModified());
    }

    /** The one strong entity tag that the client has bytes of; null when it names none, or several. */
    static @Nullable String entityTag(HttpHeaders headers) {
        String tag = headers.get(HttpHeaderNames.IF_MATCH, headers.get(HttpHeaderNames.IF_RANGE));
        return tag != null && tag.startsWith("\"") && tag.indexOf(',') < 0 ? tag.strip() : null;
    }

    private static boolean lists(List<String> values, String tag, boolean weakToo) {
        for (String value : values) {
            for (String item : value.split(",", -1)) {
                String text = item.strip();
                boolean weak = weakToo && text.startsWith("W/");
                if (text.equals("*") || (weak ? text.substring(2) : text).equals(tag)) {
                    return true;
                }
            }
        }
        return false;
    }
}
