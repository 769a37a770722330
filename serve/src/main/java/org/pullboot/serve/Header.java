package org.pullboot.serve;

/**
 * The names of response headers, spelled as the specifications spell them: names are compared without regard to case, but
 * not every firmware knows that.
 */
final class Header {
    static final String ACCEPT_RANGES = "Accept-Ranges";
    static final String ALLOW = "Allow";
    static final String CACHE_CONTROL = "Cache-Control";
    static final String CONNECTION = "Connection";
    static final String CONTENT_LENGTH = "Content-Length";
    static final String CONTENT_RANGE = "Content-Range";
    static final String CONTENT_TYPE = "Content-Type";
    static final String DATE = "Date";
    static final String ETAG = "ETag";
    static final String LAST_MODIFIED = "Last-Modified";
    static final String RETRY_AFTER = "Retry-After";
    static final String SERVER = "Server";

    private Header() {}
}
