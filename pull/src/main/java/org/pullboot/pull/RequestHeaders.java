package org.pullboot.pull;

import java.net.HttpURLConnection;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/**
 * What a protocol upon HTTP says beside the URL.
 *
 * @param accept the media types it takes, as the header has them; null for any
 * @param authorization the whole value of the header, which only the server that was asked first gets; null for none
 */
public record RequestHeaders(
        @Nullable String accept, @Nullable String authorization) {
    /** Nothing beside the URL. */
    public static final RequestHeaders NONE = new RequestHeaders(null, null);

    /**
     * Puts them into a request.
     *
     * @param first the URL that was asked for before any redirect
     */
    void put(HttpURLConnection connection, String first) throws Fault {
        if (accept != null) {
            connection.setRequestProperty("Accept", accept);
        }
        if (authorization != null && isSameServer(Address.of(first).url(), connection.getURL())) {
            connection.setRequestProperty("Authorization", authorization);
        }
    }

    private static boolean isSameServer(URL one, URL other) {
        return one.getProtocol().equals(other.getProtocol())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URL url) {
        return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
    }
}
