package org.pullboot.pull;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 as a pull needs it: one request per connection, bytes as they are sent, redirects only to http and https.
 * Immutable; safe for use from several threads.
 */
final class Http {
    private static final int REDIRECTS = 10;

    private final PullOptions options;
    private final ServerTrust trust;

    Http(PullOptions options, ServerTrust trust) {
        this.options = options;
        this.trust = trust;
    }

    /**
     * Asks for a file.
     *
     * @param from the offset of the first byte wanted
     * @param validator of the file whose earlier bytes are there already, if it had one
     */
    Answer get(String url, long from, @Nullable String validator) throws Fault {
        return get(url, from, validator, null, RequestHeaders.NONE);
    }

    /** Asks for a file, unless it is still what was kept of it. */
    Answer get(String url, KeptDownload kept) throws Fault {
        return get(url, 0, null, kept, RequestHeaders.NONE);
    }

    /**
     * Asks for a file with headers of the caller's, of which a redirect to another server does not get the authorization.
     */
    Answer ask(String url, long from, RequestHeaders headers) throws Fault {
        return get(url, from, null, null, headers);
    }

    private Answer get(
            String url, long from, @Nullable String validator, @Nullable KeptDownload kept, RequestHeaders headers)
            throws Fault {
        String place = url;
        for (int i = 0; i <= REDIRECTS; i++) {
            HttpURLConnection connection = connection(place);
            headers.put(connection, url);
            try {
                if (from > 0) {
                    connection.setRequestProperty("Range", "bytes=" + from + "-");
                    if (validator != null) {
                        connection.setRequestProperty("If-Range", validator);
                    }
                }
                if (kept != null) {
                    connection.setRequestProperty("If-None-Match", kept.tag());
                }
                int status = connection.getResponseCode();
                if (status == 304 && kept != null) {
                    connection.disconnect();
                    return Answer.of(url, kept);
                }
                switch (status) {
                    case 200, 203, 206, 416 -> {
                        return Answer.of(url, connection, status, from, options.silence());
                    }
                    case 301, 302, 303, 307, 308 -> place = redirect(place, connection);
                    default -> throw refusal(status, connection);
                }
            } catch (IOException e) {
                connection.disconnect();
                throw fault(e, connection);
            }
            connection.disconnect();
        }
        throw new Fault(Fault.Kind.REFUSED, "the server redirects more than " + REDIRECTS + " times");
    }

    /** Sends a body and gives back the status; redirects are not followed. */
    int post(String url, byte[] body) throws Fault {
        HttpURLConnection connection = connection(url);
        try {
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            connection.setRequestProperty("Content-Type", "text/plain; charset=utf-8");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            int status = connection.getResponseCode();
            if (status < 0) {
                throw refusal(status, connection);
            }
            return status;
        } catch (IOException e) {
            throw fault(e, connection);
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection connection(String url) throws Fault {
        Address address = Address.of(url);
        try {
            HttpURLConnection connection = (HttpURLConnection) address.url().openConnection();
            if (connection instanceof HttpsURLConnection https && trust.isSpecial()) {
                https.setSSLSocketFactory(trust.sockets());
            }
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout((int) options.connectTimeout().toMillis());
            connection.setReadTimeout((int) options.silence().toMillis());
            connection.setRequestProperty("User-Agent", "pullboot/" + options.version());
            connection.setRequestProperty("Accept", "*/*");
            connection.setRequestProperty("Accept-Encoding", "identity");
            connection.setRequestProperty("Connection", "close");
            if (address.authorization() != null) {
                connection.setRequestProperty("Authorization", address.authorization());
            }
            return connection;
        } catch (IOException e) {
            throw new Fault(Fault.Kind.REFUSED, "'" + Urls.shown(url) + "' cannot be asked for: " + e.getMessage(), e);
        }
    }

    /** Where a redirect leads; a relative one stays on the server, so it keeps user and password. */
    private String redirect(String from, HttpURLConnection connection) throws Fault {
        String location = connection.getHeaderField("Location");
        if (location == null) {
            throw new Fault(Fault.Kind.REFUSED, "the server redirects to nowhere");
        }
        String to = location;
        if (location.indexOf("://") < 0) {
            try {
                String server = connection.getURL().toString();
                String target = URI.create(server).resolve(location).toString();
                to = location.startsWith("//") ? target : Address.withUserOf(from, target);
            } catch (IllegalArgumentException e) {
                throw new Fault(Fault.Kind.REFUSED, "the server redirects to '" + Text.shown(location) + "'", e);
            }
        }
        if (!Urls.isHttp(to)) {
            throw new Fault(
                    Fault.Kind.REFUSED,
                    "the server redirects to '" + Text.shown(location) + "', which is neither http:// nor https://");
        }
        if (trust.isSpecial() && from.startsWith("https://") && !to.startsWith("https://")) {
            throw new Fault(
                    Fault.Kind.REFUSED,
                    "the server redirects from https to '" + Urls.shown(to) + "', where nobody can be trusted");
        }
        return to;
    }

    private static Fault refusal(int status, HttpURLConnection connection) {
        return switch (status) {
            case 404, 410 -> new Fault(Fault.Kind.MISSING, "the server has no such file (" + status + ")");
            case 401, 407 ->
                new Fault(
                        "the server wants a user and a password (" + status + "): put them into the URL",
                        connection.getHeaderField("WWW-Authenticate"));
            case 403 -> new Fault(Fault.Kind.REFUSED, "the server forbids it (403)");
            case -1 ->
                new Fault(
                        Fault.Kind.REFUSED,
                        "what answers at " + connection.getURL().getAuthority() + " does not speak HTTP");
            case 408, 425, 429 -> new Fault(Fault.Kind.PASSING, "the server asks to come back later (" + status + ")");
            default ->
                status >= 500
                        ? new Fault(Fault.Kind.PASSING, "the server failed (" + status + ")")
                        : new Fault(Fault.Kind.REFUSED, "the server answers " + status);
        };
    }

    private Fault fault(IOException e, HttpURLConnection connection) {
        String authority = connection.getURL().getAuthority();
        if (e instanceof Fault fault) {
            return fault;
        }
        if (e instanceof UnknownHostException) {
            return new Fault(
                    Fault.Kind.PASSING,
                    "the name " + connection.getURL().getHost() + " cannot be resolved: check the network's DNS",
                    e);
        }
        if (e instanceof SocketTimeoutException silent) {
            return timeout(authority, silent);
        }
        if (e instanceof ConnectException) {
            return new Fault(Fault.Kind.PASSING, "no connection to " + authority + ": " + e.getMessage(), e);
        }
        if (e instanceof SSLException refused) {
            return new Fault(Fault.Kind.REFUSED, TlsRefusal.sentence(refused, authority, trust, Instant.now()), e);
        }
        return new Fault(Fault.Kind.PASSING, "the connection to " + authority + " broke: " + e.getMessage(), e);
    }

    private Fault timeout(String authority, SocketTimeoutException e) {
        boolean connecting = "Connect timed out".equalsIgnoreCase(e.getMessage());
        return new Fault(
                Fault.Kind.PASSING,
                connecting
                        ? authority + " took no connection within "
                                + options.connectTimeout().toSeconds() + " s"
                        : authority + " sent nothing for " + options.silence().toSeconds() + " s",
                e);
    }
}
