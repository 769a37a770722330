package org.pullboot.oci;

import org.jspecify.annotations.Nullable;
import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256;
import org.pullboot.pull.PullException;
import org.pullboot.pull.Text;

/**
 * The name of an image at a registry, as Docker and Podman write it: {@code [HOST[:PORT]/]NAME[:TAG][@sha256:HEX]}.
 * Without a host it is Docker Hub's. {@code http://} before it asks in the clear, as this machine's own registry is asked.
 *
 * @param server scheme, perhaps user and password, and host, as in "https://registry-1.docker.io"
 * @param host for people and for what a token is asked for
 * @param repository as in "library/debian"
 * @param tag as in "13"; "latest" when there is none
 * @param digest of the manifest or index, which then counts alone
 */
record Reference(
        String server,
        String host,
        String repository,
        String tag,
        @Nullable Sha256 digest) {
    private static final String HUB = "docker.io";
    private static final String HUB_SERVER = "registry-1.docker.io";
    private static final int MOST_REPOSITORY = 255;
    private static final int MOST_TAG = 128;

    static Reference parse(String text) throws PullException {
        String scheme = text.startsWith("http://") ? "http://" : text.startsWith("https://") ? "https://" : "";
        String rest = text.substring(scheme.length());
        int at = rest.lastIndexOf("@sha256:");
        Sha256 digest = null;
        if (at >= 0) {
            digest = digest(rest.substring(at + 1), text);
            rest = rest.substring(0, at);
        }
        int slash = rest.indexOf('/');
        String first = slash < 0 ? "" : rest.substring(0, slash);
        boolean hasHost =
                !scheme.isEmpty() || first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        if (!scheme.isEmpty() && slash < 0) {
            throw wrong(text, "it names a server and no image");
        }
        String authority = hasHost ? first : HUB;
        rest = hasHost ? rest.substring(slash + 1) : rest;
        String user = authority.substring(0, authority.lastIndexOf('@') + 1);
        String host = authority.substring(user.length());
        int colon = rest.lastIndexOf(':');
        String tag = colon < 0 ? "latest" : rest.substring(colon + 1);
        String name = colon < 0 ? rest : rest.substring(0, colon);
        boolean hub = host.equals(HUB) || host.equals("index.docker.io");
        if (hub && name.indexOf('/') < 0) {
            name = "library/" + name;
        }
        if (!isHost(host) || !isRepository(name) || !isTag(tag)) {
            throw wrong(text, "names are like team/os in lower case, tags like 1.0");
        }
        if (scheme.isEmpty()) {
            scheme = isLocal(host) ? "http://" : "https://";
        }
        return new Reference(scheme + user + (hub ? HUB_SERVER : host), host, name, tag, digest);
    }

    private static Sha256 digest(String digest, String text) throws PullException {
        try {
            return Digests.parse(digest);
        } catch (ImageException e) {
            throw wrong(text, "a digest is sha256: and 64 hexadecimal digits", e);
        }
    }

    /** The tag or the digest, for a URL. */
    String version() {
        return digest == null ? tag : digest.toString();
    }

    /** For people: without user and password. */
    @Override
    public String toString() {
        return host + "/" + repository + (digest == null ? ":" + tag : "@" + digest);
    }

    private static boolean isLocal(String host) {
        String name = host.startsWith("[") ? host : host.indexOf(':') < 0 ? host : host.substring(0, host.indexOf(':'));
        return name.equals("localhost") || name.startsWith("127.") || name.startsWith("[::1]");
    }

    private static boolean isHost(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!Words.isWordCharacter(c) && ".-:[]%".indexOf(c) < 0) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    /** Components of lower-case letters and digits with separators between them (distribution specification). */
    private static boolean isRepository(String name) {
        boolean letter = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean separator = "._-/".indexOf(c) >= 0;
            boolean twice = separator && i > 0 && name.charAt(i - 1) == c && c != '-' && c != '_';
            if ((!separator && !Words.isLowerOrDigit(c)) || twice || (c == '/' && !letter)) {
                return false;
            }
            letter = !separator;
        }
        return letter && name.length() <= MOST_REPOSITORY && Words.isLowerOrDigit(name.charAt(0));
    }

    private static boolean isTag(String tag) {
        for (int i = 0; i < tag.length(); i++) {
            char c = tag.charAt(i);
            if (!Words.isWordCharacter(c) && (i == 0 || (c != '.' && c != '-'))) {
                return false;
            }
        }
        return !tag.isEmpty() && tag.length() <= MOST_TAG;
    }

    private static PullException wrong(String text, String why) {
        return new PullException(message(text, why));
    }

    private static PullException wrong(String text, String why, Throwable cause) {
        return new PullException(message(text, why), cause);
    }

    private static String message(String text, String why) {
        int user = text.lastIndexOf('@', Math.max(0, text.indexOf('/', text.indexOf("://") + 3)));
        String shown = user > text.indexOf("://") ? "…" + text.substring(user) : text;
        return "'" + Text.shown(shown) + "' is no reference to an image (" + why
                + "): use one such as docker.io/library/debian:13";
    }
}
