package org.pullboot.pull;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An http or https URL as people write it, made ready for a request as curl does: dot segments resolved, characters that
 * no URL may have percent-encoded, user and password taken out, the zone of an IPv6 address decoded (RFC 6874).
 *
 * @param url what is asked for
 * @param authorization the value of the {@code Authorization} header, when the URL has a user
 */
record Address(URL url, @Nullable String authorization) {
    private static final String NEVER = "\"<>\\^`{|}[]";

    static Address of(String text) throws Fault {
        if (!Urls.isHttp(text)) {
            throw new Fault(Fault.Kind.REFUSED, "'" + Urls.shown(text) + "' is no http:// or https:// URL in ASCII");
        }
        int authority = text.indexOf("://") + 3;
        int path = authority;
        while (path < text.length() && "/?#".indexOf(text.charAt(path)) < 0) {
            path++;
        }
        int at = text.lastIndexOf('@', path - 1);
        String host = text.substring(Math.max(authority, at + 1), path).replace("%25", "%");
        String authorization = at < authority ? null : basic(text.substring(authority, at));
        int fragment = text.indexOf('#', path);
        String rest = text.substring(path, fragment < 0 ? text.length() : fragment);
        try {
            URI uri = URI.create(text.substring(0, authority) + host + target(rest));
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("no host");
            }
            return new Address(uri.toURL(), authorization);
        } catch (IllegalArgumentException | MalformedURLException e) {
            throw new Fault(Fault.Kind.REFUSED, "'" + Urls.shown(text) + "' is no URL that can be asked for", e);
        }
    }

    /** A URL with the user and password of another one. */
    static String withUserOf(String other, String url) {
        int authority = other.indexOf("://") + 3;
        int path = other.indexOf('/', authority);
        int at = other.lastIndexOf('@', path < 0 ? other.length() : path);
        int host = url.indexOf("://") + 3;
        return at < authority ? url : url.substring(0, host) + other.substring(authority, at + 1) + url.substring(host);
    }

    private static String basic(String userInfo) throws Fault {
        try {
            byte[] bytes = Percent.decode(userInfo).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(bytes);
        } catch (PullException e) {
            throw new Fault(Fault.Kind.REFUSED, "the user in a URL has " + e.getMessage(), e);
        }
    }

    private static String target(String rest) {
        int query = rest.indexOf('?');
        String path = query < 0 ? rest : rest.substring(0, query);
        StringBuilder target = new StringBuilder(rest.length() + 1);
        encode(path.contains("/.") ? withoutDots(path) : path, target);
        if (target.isEmpty()) {
            target.append('/');
        }
        if (query >= 0) {
            encode(rest.substring(query), target);
        }
        return target.toString();
    }

    private static void encode(String part, StringBuilder out) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            boolean escape = c == '%'
                    && (i + 2 >= part.length()
                            || Character.digit(part.charAt(i + 1), 16) < 0
                            || Character.digit(part.charAt(i + 2), 16) < 0);
            if (escape || !Text.isPrintableAscii(c) || NEVER.indexOf(c) >= 0) {
                Percent.encode(c, out);
            } else {
                out.append(c);
            }
        }
    }

    /** RFC 3986 section 5.2.4, on an absolute path. */
    private static String withoutDots(String path) {
        StringBuilder out = new StringBuilder(path.length());
        int start = 0;
        while (start < path.length()) {
            int end = path.indexOf('/', start + 1);
            end = end < 0 ? path.length() : end;
            String segment = path.substring(start, end);
            if (segment.equals("/..")) {
                out.setLength(Math.max(0, out.lastIndexOf("/")));
            } else if (!segment.equals("/.")) {
                out.append(segment);
            }
            if (end == path.length() && (segment.equals("/..") || segment.equals("/."))) {
                out.append('/');
            }
            start = end;
        }
        return out.toString();
    }
}
