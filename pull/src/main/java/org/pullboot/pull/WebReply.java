package org.pullboot.pull;

/** What a server says to a request of {@link WebClient}. */
public sealed interface WebReply {
    /** It has it, and it was received. */
    final class Page implements WebReply {
        private final byte[] body;
        private final String mediaType;

        Page(byte[] body, String mediaType) {
            this.body = body;
            this.mediaType = mediaType;
        }

        /** The whole body; empty when it went into a file. The array is not copied. */
        public byte[] body() {
            return body;
        }

        /** What the server says it is, without parameters; empty when it does not say. */
        public String mediaType() {
            return mediaType;
        }
    }

    /**
     * It wants to know who asks.
     *
     * @param challenge the value of its {@code WWW-Authenticate} header; empty when it has none
     */
    record Unauthorized(String challenge) implements WebReply {}

    /** It has no such thing (404, 410). */
    record Missing() implements WebReply {}
}
