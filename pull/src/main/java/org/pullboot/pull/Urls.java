package org.pullboot.pull;

/** URLs as systemd takes them apart: by these rules and not by RFC 3986. */
final class Urls {
    private Urls() {}

    /** Whether it begins with {@code http://} or {@code https://} in lower case, goes on, and is all ASCII. */
    static boolean isHttp(String url) {
        return isRest(url, "http://") || isRest(url, "https://");
    }

    /** Whether it begins with {@code file:/}, goes on, and is all ASCII. */
    static boolean isFile(String url) {
        return isRest(url, "file:/");
    }

    private static boolean isRest(String url, String prefix) {
        if (!url.startsWith(prefix) || url.length() == prefix.length()) {
            return false;
        }
        for (int i = prefix.length(); i < url.length(); i++) {
            if (url.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** For people and logs: without user and password, and fit for a message. */
    static String shown(String url) {
        return Text.shown(withoutUser(url));
    }

    /** The same URL without user and password. */
    static String withoutUser(String url) {
        int authority = url.indexOf("://") + 3;
        int end = authority;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        int at = url.lastIndexOf('@', end - 1);
        boolean user = authority >= 3 && at >= authority;
        return user ? url.substring(0, authority) + url.substring(at + 1) : url;
    }

    /**
     * The last component of the path, without query and fragment.
     *
     * @throws PullException when this is no URL, or it has no path
     */
    static String lastComponent(String url) throws PullException {
        int host = hostEnd(url);
        int end = pathEnd(url, host);
        int start = end;
        while (start > host && url.charAt(start - 1) != '/') {
            start--;
        }
        if (start == end || start == host) {
            throw new PullException("the URL '" + shown(url) + "' names no file: end it with a file name");
        }
        return url.substring(start, end);
    }

    /**
     * Drops components from the end of the path, then appends a slash and a suffix, as it is.
     *
     * @param components how many to drop; those that are not there are not missed
     * @throws PullException when this is no URL
     */
    static String changeSuffix(String url, int components, String suffix) throws PullException {
        int host = hostEnd(url);
        int end = pathEnd(url, host);
        for (int i = 0; i < components; i++) {
            while (end > host && url.charAt(end - 1) != '/') {
                end--;
            }
            while (end > host && url.charAt(end - 1) == '/') {
                end--;
            }
        }
        return url.substring(0, end) + "/" + suffix;
    }

    private static int hostEnd(String url) throws PullException {
        int colon = url.indexOf(':');
        int start = colon + 1;
        while (start < url.length() && url.charAt(start) == '/') {
            start++;
        }
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        if (colon <= 0 || end == start) {
            throw new PullException("'" + shown(url) + "' is no URL: it must be like http://host/dir/file");
        }
        return end;
    }

    private static int pathEnd(String url, int host) {
        int end = host;
        while (end < url.length() && url.charAt(end) != '?' && url.charAt(end) != '#') {
            end++;
        }
        while (end > host && url.charAt(end - 1) == '/') {
            end--;
        }
        return end;
    }
}
