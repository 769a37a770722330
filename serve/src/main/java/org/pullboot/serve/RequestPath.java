package org.pullboot.serve;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.GenerationId;

/**
 * Reads a request target (RFC 9112 §3.2) into what it asks for. Nothing here touches a file: a name is only ever looked
 * up among published ones, so there is no path to escape from.
 *
 * <p>Percent escapes are decoded once, before the path is cut at its slashes. {@code //} and {@code /./} collapse, and a
 * colon before a component is dropped ({@code /:NAME}, the form of sd-boot's relative {@code uki-url}). The query counts
 * for the plan alone: firmware sends what stood in its boot entry.
 */
final class RequestPath {
    private static final List<String> AGENT = List.of(".pullboot", "v1");

    private RequestPath() {}

    static Target parse(String target) {
        String path = target;
        if (!path.startsWith("/")) {
            String rest = afterAuthority(path);
            if (rest == null) {
                return new Target.Malformed("The request target must be a path that begins with a slash.");
            }
            path = rest;
        }
        int fragment = path.indexOf('#');
        path = fragment < 0 ? path : path.substring(0, fragment);
        int question = path.indexOf('?');
        String query = question < 0 ? "" : path.substring(question + 1);
        path = question < 0 ? path : path.substring(0, question);
        String decoded = decode(path);
        if (decoded == null) {
            return new Target.Malformed(
                    "The request path must be UTF-8 without control characters, and a % must be followed by two"
                            + " hexadecimal digits.");
        }
        return of(components(decoded), query);
    }

    /** The path of the absolute form {@code http://host/path}; null when the target is not of that form. */
    private static @Nullable String afterAuthority(String target) {
        String scheme = target.substring(0, Math.min(target.length(), 8)).toLowerCase(Locale.ROOT);
        int authority = scheme.startsWith("http://") ? 7 : scheme.startsWith("https://") ? 8 : -1;
        if (authority < 0) {
            return null;
        }
        int slash = target.indexOf('/', authority);
        return slash < 0 ? "/" : target.substring(slash);
    }

    private static Target of(List<String> components, String query) {
        if (components.size() == 1 && Artifact.isName(components.getFirst())) {
            return new Target.Plain(components.getFirst());
        }
        if (components.size() < 3 || !components.subList(0, 2).equals(AGENT)) {
            return new Target.Nothing();
        }
        List<String> rest = components.subList(2, components.size());
        if (rest.equals(List.of("plan"))) {
            return new Target.Plan(query);
        }
        if (rest.equals(List.of("events"))) {
            return new Target.Events();
        }
        if (rest.size() == 3
                && rest.getFirst().equals("g")
                && GenerationId.isId(rest.get(1))
                && Artifact.isName(rest.getLast())) {
            return new Target.Pinned(new GenerationId(rest.get(1)), rest.getLast());
        }
        return new Target.Nothing();
    }

    private static List<String> components(String path) {
        List<String> components = new ArrayList<>();
        for (String component : path.split("/", -1)) {
            String name = component.startsWith(":") ? component.substring(1) : component;
            if (!name.isEmpty() && !name.equals(".")) {
                components.add(name);
            }
        }
        return components;
    }

    /** The text with its escapes decoded; null when they are broken, or it is not clean UTF-8 text. */
    static @Nullable String decode(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int octet = i + 2 < text.length() ? hex(text.charAt(i + 1)) << 4 | hex(text.charAt(i + 2)) : -1;
                if (octet < 0) {
                    return null;
                }
                bytes.put((byte) octet);
                i += 2;
            } else if (c < ' ' || c > 0xff || c == 0x7f) {
                return null;
            } else {
                // The decoder of the header made one character of each byte.
                bytes.put((byte) c);
            }
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            return decoded.chars().anyMatch(Character::isISOControl) ? null : decoded;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The digit's value; negative when it is none. */
    private static int hex(char digit) {
        return digit < 0x80 ? Character.digit(digit, 16) : -1;
    }

    /** The decoded value of a key in a query; null when it has none, or a broken one. */
    static @Nullable String parameter(String query, String key) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(key + "=")) {
                return decode(pair.substring(key.length() + 1));
            }
        }
        return null;
    }
}
