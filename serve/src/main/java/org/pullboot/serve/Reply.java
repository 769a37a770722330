package org.pullboot.serve;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.pullboot.fleet.OpenArtifact;

/**
 * An answer before it is sent.
 *
 * @param headers without those of the connection; {@code Content-Length} is the body's, also where none is sent
 * @param body what follows the header
 * @param last whether the connection ends with it
 */
record Reply(HttpResponseStatus status, HttpHeaders headers, Body body, boolean last) {
    /** What follows the header. */
    sealed interface Body {
        /** Nothing. */
        record None() implements Body {}

        /** Bytes in memory, from the buffer's position to its limit. */
        record Memory(ByteBuffer bytes) implements Body {}

        /** A part of a file; whoever sends it closes the artifact. */
        record File(OpenArtifact artifact, long first, long last) implements Body {}
    }

    /** A sentence for a person; it ends with a line end so that it reads well in a terminal. */
    static Reply sentence(HttpResponseStatus status, String sentence) {
        byte[] text = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(Header.CONTENT_TYPE, "text/plain; charset=utf-8");
        headers.set(Header.CONTENT_LENGTH, text.length);
        return new Reply(status, headers, new Body.Memory(ByteBuffer.wrap(text)), false);
    }

    /** A body of text that is made for this request. */
    static Reply text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(Header.CONTENT_TYPE, "text/plain; charset=utf-8");
        headers.set(Header.CONTENT_LENGTH, bytes.length);
        headers.set(Header.CACHE_CONTROL, "no-store");
        return new Reply(HttpResponseStatus.OK, headers, new Body.Memory(ByteBuffer.wrap(bytes)), false);
    }

    /** Done, and nothing to say. */
    static Reply noContent() {
        return new Reply(HttpResponseStatus.NO_CONTENT, new DefaultHttpHeaders(), new Body.None(), false);
    }

    Reply with(CharSequence header, String value) {
        headers.set(header, value);
        return this;
    }

    /** The same answer, after which the connection ends. */
    Reply closing() {
        return new Reply(status, headers, body, true);
    }

    /** The same header without its body: what HEAD gets. Closes the artifact. */
    Reply headOnly() {
        if (body instanceof Body.File file) {
            file.artifact().close();
        }
        return new Reply(status, headers, new Body.None(), last);
    }
}
